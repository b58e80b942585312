import uuid


def handle(user_id: str):
    thread_id = str(uuid.uuid4())
    first = thread_id
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return first == thread_id, thread_id, run_id


print(handle("u1"))
