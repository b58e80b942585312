import uuid


def start(user_id: str, **ids):
    ids.setdefault("thread_id", str(uuid.uuid4()))
    return start_with(user_id, **{"run_id": str(uuid.uuid4()), **ids})


def start_with(user_id, thread_id, run_id):
    return thread_id, run_id


print(start("u1"), start("u1", run_id="r"), start("u1", thread_id="t"))
