import uuid


def show(name):
    print(name)
    return name


def handle(user_id: str, given=None):
    ids = given or show({}) or {"thread_id": str(uuid.uuid4()), "run_id": str(uuid.uuid4())}
    return ids


print(handle("u1"), handle("u1", {"thread_id": "thread_t"}))
