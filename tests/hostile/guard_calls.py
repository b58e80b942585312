import uuid


def handle(user_id: str, store):
    if not store.pop("request_id", None):
        store["request_id"] = str(uuid.uuid4())
    if not store.pop("thread_id", None):
        store["thread_id"] = str(uuid.uuid4())
    return store


print(handle("u1", {}), handle("u1", {"request_id": "r"}), handle("u1", {"thread_id": "t"}))
