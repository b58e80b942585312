import uuid


class FailedError(Exception):
    def __init__(self, thread_id, run_id):
        super().__init__(thread_id, run_id)


def handle(user_id: str):
    raise FailedError(thread_id=str(uuid.uuid4()), run_id=str(uuid.uuid4())) from None


try:
    handle("u1")
except FailedError as error:
    print(error.args)
