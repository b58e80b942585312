import uuid


def handle(user_id: str):
    return [value for value in (str(uuid.uuid4()), str(uuid.uuid4()))], {
        key: value
        for key, value in dict(thread_id=str(uuid.uuid4()), run_id=str(uuid.uuid4())).items()
    }


print(handle("u1"))
