"""Sessions; and what they hold."""; from __future__ import annotations; import uuid


def start() -> Nothing:
    "Start; at once."; session_id = str(uuid.uuid4())
    return session_id


print(start(), start.__doc__, __doc__)
# fixes: OST101
