import uuid


def handle(users):
    calls = []
    for user_id in users:
        thread_id = str(uuid.uuid4())
        run_id = str(uuid.uuid4())
        calls.append(lambda: (thread_id, run_id))
    return [call() for call in calls]


print(handle(["u1", "u2"]))
