import uuid


def handle(user_id: str = None):
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return user_id, thread_id, run_id


print(handle("u1"), handle())
