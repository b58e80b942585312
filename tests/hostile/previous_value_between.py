import uuid


def handle(user_id: str, run_id="old", request_id="old"):
    thread_id = str(uuid.uuid4())
    print("was", run_id)
    run_id = str(uuid.uuid4())
    print("was", request_id)
    request_id = str(uuid.uuid4())
    return thread_id, run_id, request_id


print(handle("u1"))
