import uuid


def handle(user_id: str):
    base = uuid.uuid4()
    thread_id = f"thread_{base}"
    run_id = f"run_{base}"
    return thread_id[7:] == run_id[4:]


print(handle("u1"))
