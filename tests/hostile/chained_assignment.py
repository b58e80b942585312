import uuid


def handle(user_id: str):
    thread_id = session_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return thread_id == session_id, thread_id, run_id


print(handle("u1"))
