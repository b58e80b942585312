import uuid


def handle(user_id: str, on):
    if on:
        thread_id = str(uuid.uuid4())
        print(thread_id)
    else:
        thread_id = None
    run_id = str(uuid.uuid4())
    request_id = str(uuid.uuid4()) if thread_id else None
    return thread_id, run_id, request_id


print(handle("u1", True), handle("u1", False))
