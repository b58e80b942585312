import uuid


def handle(user_id: str | None, depth=2):
    thread_id = str(uuid.uuid4())
    below = handle(None, depth - 1) if depth else []
    run_id = str(uuid.uuid4())
    return [thread_id, run_id, *below]


print(handle("u1"))
