import uuid


def handle(user_id: str):
    thread_id, run_id, thread_id = str(uuid.uuid4()), str(uuid.uuid4()), "thread_last"
    return thread_id, run_id


print(handle("u1"))
