import uuid


def handle(user_id, given=None):
    if (thread_id := given or str(uuid.uuid4())) and user_id:
        run_id = str(uuid.uuid4())
        return thread_id, run_id
    return thread_id


print(handle("u1"), handle(None), handle("u1", "t"))
