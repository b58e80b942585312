import uuid


def handle(user_id: str):
    thread_id, *run_id = str(uuid.uuid4()), str(uuid.uuid4()), "more"
    [request_id] = [str(uuid.uuid4())]
    return thread_id, len(run_id), request_id


print(handle("u1"))
