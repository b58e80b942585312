import uuid

_ = 5


def f(user_id: str):
    global _
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return thread_id, run_id


f("u")
print(_)
