import uuid


def handle(user_id: str):
    suffix = uuid.uuid4().hex[:8]
    thread_id = f"thread_{suffix}"
    suffix = "end"
    run_id = f"run_{suffix}"
    return thread_id, run_id


print(handle("u1"))
