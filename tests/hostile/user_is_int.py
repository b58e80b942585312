import uuid


def handle(user_id: int, name: str):
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return user_id, name, thread_id, run_id


print(handle(1, "n"))
