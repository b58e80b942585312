import uuid


def handle(user_id: str | None, items):
    for item in items:
        if item:
            thread_id = str(uuid.uuid4())
            break
    else:
        return "none"
    run_id = str(uuid.uuid4())
    return thread_id, run_id


print(handle("u1", [0, 1]), handle("u1", []), handle(None, [1]))
