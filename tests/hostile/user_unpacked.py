import uuid


def handle(pair):
    user_id, name = pair
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return user_id, name, thread_id, run_id


print(handle(("u1", 1)), handle((None, 2)))
