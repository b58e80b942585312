import uuid


def start(user_id: str, thread_id=None, run_id=None):
    if not thread_id: thread_id = str(uuid.uuid4())
    if not run_id: run_id = str(uuid.uuid4()); print("run")
    return thread_id, run_id


print(start("u1"), start("u1", "t"), start("u1", "t", "r"), start("", "t", "r"))
