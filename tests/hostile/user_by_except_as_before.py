import uuid


def handle(user_id: str, work):
    try:
        work()
    except ZeroDivisionError as user_id:
        print(type(user_id).__name__)
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return thread_id, run_id


print(handle("u1", dict), handle("u1", lambda: 1 / 0))
