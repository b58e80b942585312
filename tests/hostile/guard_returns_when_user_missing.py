import uuid


def handle(user_id=None):
    if not user_id:
        thread_id = str(uuid.uuid4())
        run_id = str(uuid.uuid4())
        return "anonymous", thread_id, run_id
    return user_id


print(handle(), handle("u1"))
