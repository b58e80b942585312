import uuid


def handle(user_id: str, work):
    run_id = None
    try:
        thread_id = str(uuid.uuid4())
        work(thread_id)
        run_id = str(uuid.uuid4())
    except ValueError:
        return "failed", thread_id, run_id
    return thread_id, run_id


print(handle("u1", print))
print(handle("u1", int))
