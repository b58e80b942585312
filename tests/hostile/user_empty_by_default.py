from uuid import uuid4


def handle(user_id: str = ""):
    ids = dict(thread_id=str(uuid4()), run_id=str(uuid4()), request_id=str(uuid4()))
    return user_id, ids


print(handle("u1"), handle())
