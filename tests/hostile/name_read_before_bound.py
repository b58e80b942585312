import uuid


def handle(user_id: str, early):
    try:
        if early:
            print(run_id)
    except NameError:
        print("not yet")
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return thread_id, run_id


print(handle("u1", True), handle("u1", False))
