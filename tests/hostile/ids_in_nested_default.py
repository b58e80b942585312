import uuid


def handle(user_id: str):
    def inner(thread_id=str(uuid.uuid4()), run_id=str(uuid.uuid4())):
        return thread_id, run_id

    return inner(), inner()


print(handle("u1"))
