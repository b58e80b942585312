import uuid


def find(name):
    if name == "u1":
        return name


def handle(name):
    user_id = find(name)
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return user_id, thread_id, run_id


print(handle("u1"), handle("u2"))
