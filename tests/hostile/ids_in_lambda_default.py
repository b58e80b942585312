import uuid


def handle(user_id: str):
    make = lambda thread_id=str(uuid.uuid4()), run_id=str(uuid.uuid4()): (thread_id, run_id)
    return make(), make()


print(handle("u1"))
