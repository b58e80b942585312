import uuid


def start():
    session_id = str(uuid.uuid4())
    return session_id


print(start(), "uuid" in globals())
# keeps-unused-imports
