import uuid

user_id = "u1"
run_id = "old"


def show():
    return run_id


context = {"thread_id": str(uuid.uuid4()), "previous": show()}
run_id = str(uuid.uuid4())
print(context, run_id)
