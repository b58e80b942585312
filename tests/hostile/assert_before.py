import uuid


def handle(user_id):
    request_id = str(uuid.uuid4())
    print(request_id)
    assert user_id, "nobody"
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return thread_id, run_id


for user in ("u1", None):
    try:
        print(handle(user))
    except AssertionError as error:
        print("refused", error)
