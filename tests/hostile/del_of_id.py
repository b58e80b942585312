import uuid


def handle(user_id: str):
    thread_id = str(uuid.uuid4())
    print(thread_id)
    del thread_id
    run_id = str(uuid.uuid4())
    try:
        return thread_id
    except UnboundLocalError:
        return "gone", run_id


print(handle("u1"))
