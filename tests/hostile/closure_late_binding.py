import uuid


def handle(user_id: str):
    def now():
        return thread_id, run_id

    run_id = "first"
    thread_id = str(uuid.uuid4())
    print(now())
    run_id = str(uuid.uuid4())
    return now()


print(handle("u1"))
