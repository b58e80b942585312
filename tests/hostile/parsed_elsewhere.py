import uuid


def make():
    session_id = str(uuid.uuid4())
    return session_id


def parse(session_id):
    return uuid.UUID(session_id).version


print(parse(make()))
