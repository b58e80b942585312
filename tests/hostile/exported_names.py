import uuid

__all__ = ["uuid", "start"]


def start():
    session_id = str(uuid.uuid4())
    return session_id


print(start(), [name for name in __all__ if name in globals()])
# fixes: OST101
