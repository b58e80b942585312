import uuid


def handle():
    session_id = str(uuid.uuid4())
    return len(session_id.encode()), uuid.uuid4().bytes != b""


print(handle())
