import uuid


def handle(user_id: str | None, other: str):
    thread_id, user_id = str(uuid.uuid4()), other
    run_id = str(uuid.uuid4())
    return user_id, thread_id, run_id


print(handle(None, "u2"))
