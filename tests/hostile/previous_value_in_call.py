import uuid


def show(*values):
    print(values)
    return values[-1]


def handle(user_id: str, run_id="old"):
    thread_id = show(run_id, str(uuid.uuid4()))
    run_id = str(uuid.uuid4())
    return thread_id, run_id


print(handle("u1"))
