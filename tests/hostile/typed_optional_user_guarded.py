import uuid


def handle(user_id: str | None, request_id=None):
    if user_id is None:
        raise LookupError("nobody")
    request_id = request_id or str(uuid.uuid4())
    print(request_id)
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return request_id, thread_id, run_id


print(handle("u1"), handle("u1", "r"))
# fixes: OST101
