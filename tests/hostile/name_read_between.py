import uuid


def handle(user_id: str):
    thread_id = str(uuid.uuid4())
    try:
        print(run_id)
    except NameError:
        print("not yet")
    run_id = str(uuid.uuid4())
    return thread_id, run_id


print(handle("u1"))
