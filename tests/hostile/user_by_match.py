import uuid


def handle(user_id: str, message):
    match message:
        case {"user": user_id}:
            print("other user")
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return user_id, thread_id, run_id


print(handle("u1", {"user": None}), handle("u1", {}))
