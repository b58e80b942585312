import uuid

run_id = None


def start(user_id: str):
    global run_id
    thread_id = str(uuid.uuid4())
    show()
    run_id = str(uuid.uuid4())
    show()
    return thread_id


def show():
    print(run_id)


print(start("u1"), run_id)
