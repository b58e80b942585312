import uuid


def thread_id():
    return "function"


def handle(user_id: str):
    context = dict(thread_id=str(uuid.uuid4()), run_id=str(uuid.uuid4()))
    return context, thread_id()


print(handle("u1"))
