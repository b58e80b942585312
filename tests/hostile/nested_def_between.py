import uuid


def handle(user_id: str, run_id="old"):
    thread_id = str(uuid.uuid4())

    def kept(value=run_id):
        return value

    run_id = str(uuid.uuid4())
    return kept(), thread_id, run_id


print(handle("u1"))
