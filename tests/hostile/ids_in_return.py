import uuid


def show(value):
    print("shown")
    return value


def handle(user_id: str):
    return dict(a=show(1), thread_id=str(uuid.uuid4()), run_id=str(uuid.uuid4()))


def other(user_id: str | None, on):
    return on and dict(thread_id=str(uuid.uuid4()), run_id=str(uuid.uuid4()))


print(handle("u1"), other("u1", True), other(None, False))
