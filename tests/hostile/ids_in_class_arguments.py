import uuid


class Base:
    def __init_subclass__(cls, thread_id, run_id):
        print(thread_id, run_id)


def handle(user_id: str):
    class Inner(Base, thread_id=str(uuid.uuid4()), run_id=str(uuid.uuid4())):
        pass

    return Inner.__name__


print(handle("u1"))
