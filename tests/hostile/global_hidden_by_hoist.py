import uuid

thread_id = "thread_module"


def handle(user_id: str):
    context = dict(thread_id=str(uuid.uuid4()), run_id=str(uuid.uuid4()))
    return thread_id, context


print(handle("u1"))
