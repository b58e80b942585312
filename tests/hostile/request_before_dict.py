import uuid


def handle(user_id: str, request_id=None):
    request_id = request_id or str(uuid.uuid4())
    context = dict(
        user_id=user_id, thread_id=str(uuid.uuid4()), run_id=str(uuid.uuid4()), request_id=request_id
    )
    return context


print(handle("u1"))
print(handle("u1", "given"))
