import uuid


def handle(user_id: str, run_id="old"):
    thread_id = str(uuid.uuid4())
    del run_id
    run_id = str(uuid.uuid4())
    return thread_id, run_id


print(handle("u1"))
