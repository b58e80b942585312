import uuid


def handle(user_id: str, run_id="old"):
    thread_id, old = str(uuid.uuid4()), run_id
    run_id = str(uuid.uuid4())
    return {"old": old, "thread_id": thread_id, "run_id": run_id}


def swap(user_id: str, thread_id="old", run_id=None):
    run_id, thread_id = thread_id, str(uuid.uuid4())
    request_id = str(uuid.uuid4())
    return thread_id, run_id, request_id


print(handle("u1"), swap("u1"))
