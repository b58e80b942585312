import uuid


def handle(user_id: str, more):
    first = {"thread_id": str(uuid.uuid4()), **more, "run_id": str(uuid.uuid4())}
    try:
        second = dict(thread_id=str(uuid.uuid4()), **more)
    except TypeError:
        second = "twice"
    return first, second


print(handle("u1", {}), handle("u1", {"thread_id": "t", "run_id": "r"}))
