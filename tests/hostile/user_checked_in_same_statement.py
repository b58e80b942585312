import uuid


def handle(user_id: str | None):
    context = user_id and {"thread_id": str(uuid.uuid4()), "run_id": str(uuid.uuid4())}
    return context


def other(user_id: str | None):
    return {"thread_id": str(uuid.uuid4()), "run_id": str(uuid.uuid4())} if user_id else None


print(handle("u1"), handle(None), other("u1"), other(""))
