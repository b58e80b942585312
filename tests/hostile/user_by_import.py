import uuid


def handle(user_id: str):
    thread_id = str(uuid.uuid4())
    import json as user_id

    run_id = str(uuid.uuid4())
    return user_id.dumps(1), thread_id, run_id


print(handle("u1"))
