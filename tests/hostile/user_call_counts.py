import uuid

calls = []


def get_user_id():
    calls.append(1)
    return "u1"


def handle():
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return thread_id, run_id, len(calls)


print(handle(), get_user_id(), calls)
