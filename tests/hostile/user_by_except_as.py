import uuid


def handle(user_id: str):
    thread_id = str(uuid.uuid4())
    try:
        raise KeyError(user_id)
    except KeyError as user_id:
        print(type(user_id).__name__)
    run_id = str(uuid.uuid4())
    return thread_id, run_id


print(handle("u1"))
