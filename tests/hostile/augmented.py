import uuid


def handle(user_id: str):
    thread_id = "thread_"
    thread_id += str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    run_id += "_end"
    return thread_id.startswith("thread_"), run_id.endswith("_end")


print(handle("u1"))
