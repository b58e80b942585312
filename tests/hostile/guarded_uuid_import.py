try:
    import uuid
except ImportError:
    uuid = None
from uuid import uuid4


def start():
    if uuid is None:
        return "none"
    session_id = str(uuid.uuid4())
    return session_id


def other():
    run_id = str(uuid4())
    return run_id


print(start(), other())
# fixes: OST101
