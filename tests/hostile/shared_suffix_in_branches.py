import uuid


def handle(user_id: str | None, on):
    suffix = uuid.uuid4().hex[:8]
    if on and user_id:
        thread_id = f"thread_{suffix}"
    else:
        thread_id = f"thread_anonymous_{suffix}"
    run_id = f"run_{suffix}"
    return thread_id, run_id


print(handle("u1", True), handle(None, True), handle(None, False))
