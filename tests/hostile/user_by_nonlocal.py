import uuid


def handle(user_id: str):
    def forget():
        nonlocal user_id
        user_id = None

    thread_id = str(uuid.uuid4())
    forget()
    run_id = str(uuid.uuid4())
    return user_id, thread_id, run_id


print(handle("u1"))
