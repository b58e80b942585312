import uuid


def handle(user_id: str, store):
    run_id = str(uuid.uuid4())
    store[run_id] = "running"
    request_id = run_id
    run_id = str(uuid.uuid4())
    return store[request_id], run_id in store


print(handle("u1", {}))
