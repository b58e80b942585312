import uuid


def take(*args, **ids):
    return len(args), ids


def handle(user_id: str, args):
    return take(*args, thread_id=str(uuid.uuid4()), run_id=str(uuid.uuid4()))


def noisy():
    yield 1
    print("args are read")


print(handle("u1", noisy()))
