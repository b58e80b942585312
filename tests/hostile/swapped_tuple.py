import uuid


def handle(user_id: str, thread_id=None):
    thread_id, run_id = thread_id or str(uuid.uuid4()), str(uuid.uuid4())
    a, (request_id, b) = 1, (str(uuid.uuid4()), thread_id)
    return thread_id, run_id, request_id, a, b == thread_id


print(handle("u1"), handle("u1", "t"))
