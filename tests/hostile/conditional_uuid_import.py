import sys

if sys.version_info >= (3,):
    import uuid
else:
    uuid = None


def start():
    session_id = str(uuid.uuid4())
    return session_id


def other():
    return uuid is not None


print(start(), other())
