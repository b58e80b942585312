import uuid

thread_id = "thread_module"


def handle(user_id: str):
    context = dict(thread_id=str(uuid.uuid4()), run_id=str(uuid.uuid4()))

    def inner():
        return thread_id

    return inner(), [thread_id for _ in range(1)], context


print(handle("u1"))
