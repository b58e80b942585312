import uuid


def handle(user_id: str, run_id=None):
    thread_id = str(uuid.uuid4()) if run_id is None else "thread_old"
    run_id = str(uuid.uuid4())
    return thread_id, run_id


print(handle("u1"), handle("u1", "r"))
