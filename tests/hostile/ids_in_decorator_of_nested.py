import uuid


def tag(thread_id, run_id):
    print(thread_id, run_id)
    return lambda function: function


def handle(user_id: str):
    @tag(thread_id=str(uuid.uuid4()), run_id=str(uuid.uuid4()))
    def inner():
        return 1

    return inner()


print(handle("u1"))
