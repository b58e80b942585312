import uuid

shared = {"a": 1}


def start():
    session_id = str(uuid.uuid4())
    return session_id, shared["a"]


print(start())
# fixes: OST101
