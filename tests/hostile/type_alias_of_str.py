import uuid

str = repr


def handle():
    session_id = str(uuid.uuid4())
    return session_id.startswith("UUID(")


print(handle())
