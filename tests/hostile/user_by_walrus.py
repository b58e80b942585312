import uuid


def handle(user_id: str, find):
    thread_id = str(uuid.uuid4())
    if (user_id := find()) is None:
        print("nobody")
    run_id = str(uuid.uuid4())
    return user_id, thread_id, run_id


print(handle("u1", lambda: None), handle("u1", lambda: "u2"))
