import uuid

run_id = "run_module"


def show():
    print(run_id)
    return "shown"


def handle(user_id: str):
    global run_id
    context = {"thread_id": str(uuid.uuid4()), "shown": show()}
    run_id = str(uuid.uuid4())
    return context, run_id


print(handle("u1"))
