import uuid


def handle(user_id: str):
    for thread_id in (str(uuid.uuid4()), str(uuid.uuid4())):
        run_id = str(uuid.uuid4())
        print(thread_id, run_id)
    return thread_id, run_id


print(handle("u1"))
