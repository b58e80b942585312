import uuid


def handle(find):
    context = {"user": (user_id := find()), "thread_id": str(uuid.uuid4())}
    run_id = str(uuid.uuid4())
    return context, run_id, user_id


print(handle(lambda: "u1"))
