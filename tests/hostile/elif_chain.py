import uuid


def handle(user_id: str | None, kind):
    if kind == "thread":
        thread_id = str(uuid.uuid4())
        run_id = None
    elif kind == "run":
        run_id = str(uuid.uuid4())
        thread_id = None
    elif not user_id:
        return "nobody"
    else:
        thread_id, run_id = str(uuid.uuid4()), str(uuid.uuid4())
    return thread_id, run_id


print(handle("u1", "thread"), handle(None, "run"), handle(None, ""), handle("u1", ""))
