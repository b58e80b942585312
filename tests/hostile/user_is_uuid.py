import uuid


def handle(user_id: uuid.UUID):
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return user_id.int, thread_id, run_id


print(handle(uuid.UUID(int=1)))
