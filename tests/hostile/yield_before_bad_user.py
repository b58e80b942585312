import uuid


def steps(user_id):
    request_id = str(uuid.uuid4())
    yield request_id
    if not user_id:
        return
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    yield thread_id
    yield run_id


print(list(steps("u1")), list(steps("")), list(steps(None)))
