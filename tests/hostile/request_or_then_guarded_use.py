import uuid


def handle(user_id: str | None, request_id=None, thread_id=None):
    request_id = request_id or str(uuid.uuid4())
    if request_id == "stop":
        return request_id
    thread_id = thread_id or str(uuid.uuid4())
    return request_id, thread_id


print(handle("u1"), handle("u1", "stop"), handle("", "stop", "t"), handle(None, "r", "t"))
