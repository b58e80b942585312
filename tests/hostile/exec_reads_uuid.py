import uuid


def start():
    session_id = str(uuid.uuid4())
    return session_id


print(start())
exec("print(uuid.uuid4())")
# keeps-unused-imports
