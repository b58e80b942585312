import uuid


def handle(users):
    made = []
    for user_id in users:
        thread_id = str(uuid.uuid4())
        run_id = str(uuid.uuid4())
        made.append((user_id, thread_id, run_id))
    return made


print(handle(["u1", None]))
