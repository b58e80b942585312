import uuid


def handle(pair):
    thread_id, user_id = str(uuid.uuid4()), pair[0]
    run_id = str(uuid.uuid4())
    return user_id, thread_id, run_id


print(handle(("u1", 1)))
