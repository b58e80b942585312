import uuid


def handle(user_id: str, on: bool):
    user_id = user_id if on else None
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return user_id, thread_id, run_id


print(handle("u1", True), handle("u1", False))
