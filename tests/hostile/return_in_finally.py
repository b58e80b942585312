import uuid


def handle(user_id: str, work):
    thread_id = run_id = "none"
    try:
        thread_id = str(uuid.uuid4())
        work()
        run_id = str(uuid.uuid4())
    finally:
        return thread_id, run_id


print(handle("u1", dict), handle("u1", lambda: 1 / 0))
