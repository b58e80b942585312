import uuid


def handle(user_id: str, request_id=None, thread_id=None):
    if not request_id:
        request_id = str(uuid.uuid4())
    if not thread_id:
        thread_id = str(uuid.uuid4()) if request_id != "r" else None
    return request_id, thread_id


print(handle("u1"), handle("u1", "r"), handle("u1", "q", "t"))
