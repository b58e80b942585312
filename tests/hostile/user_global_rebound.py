import uuid

user_id = "u1"


def log_out():
    global user_id
    user_id = None


def handle():
    log_out()
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return user_id, thread_id, run_id


print(handle())
