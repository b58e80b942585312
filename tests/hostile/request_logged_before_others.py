import uuid


def handle(user_id: str, log):
    request_id = str(uuid.uuid4())
    log(request_id=request_id)
    thread_id = str(uuid.uuid4())
    log(thread_id=thread_id)
    run_id = str(uuid.uuid4())
    return thread_id, run_id, request_id


print(handle("u1", lambda **ids: print(ids)))
