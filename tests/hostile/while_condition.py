import uuid


def handle(user_id: str, items):
    while (run_id := str(uuid.uuid4())) and items:
        thread_id = str(uuid.uuid4())
        print(items.pop(), run_id, thread_id)
    return run_id


print(handle("u1", [1, 2]))
