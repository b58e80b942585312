import uuid


def handle(user_id: list):
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return len(user_id), thread_id, run_id


print(handle(["u1"]))
