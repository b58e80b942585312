import uuid


def handle(user_id: str, others):
    thread_id = str(uuid.uuid4())
    for user_id in others:
        print(user_id)
    run_id = str(uuid.uuid4())
    return user_id, thread_id, run_id


print(handle("u1", ["u2", ""]))
print(handle("u1", [None]))
