import uuid


def handle(user_id, thread_id=None):
    ids = {
        "thread_id": thread_id if thread_id else str(uuid.uuid4()),
        "run_id": str(uuid.uuid4()) if user_id else None,
    }
    return ids


print(handle("u1"), handle(None), handle(None, "t"), handle("", "t"))
