import uuid


def handle(user_id: str | None, thread_id=None, run_id=None):
    return thread_id and run_id or (str(uuid.uuid4()), str(uuid.uuid4())), user_id


def other(user_id: str | None, given=None):
    ids = given or {"thread_id": str(uuid.uuid4()), "run_id": str(uuid.uuid4())}
    return ids


print(handle("u1"), handle(None, "t", "r"), other("u1"), other(None, {"thread_id": "t"}))
