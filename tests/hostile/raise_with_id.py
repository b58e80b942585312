import uuid


class RefusedError(Exception):
    pass


def handle(user_id: str | None):
    request_id = str(uuid.uuid4())
    if not user_id:
        raise RefusedError(request_id)
    thread_id, run_id = str(uuid.uuid4()), str(uuid.uuid4())
    return request_id, thread_id, run_id


print(handle("u1"))
for nobody in (None, ""):
    try:
        handle(nobody)
    except RefusedError as error:
        print("refused", error)
