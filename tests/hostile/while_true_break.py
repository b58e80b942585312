import uuid


def handle(user_id: str, items):
    while True:
        thread_id = str(uuid.uuid4())
        if not items:
            break
        user_id = items.pop()
        run_id = str(uuid.uuid4())
        print(user_id, thread_id, run_id)
    return thread_id


print(handle("u1", [None, "u2"]))
