import uuid


def handle(user_id: str, run_id="old"):
    context = {"thread_id": str(uuid.uuid4()), "previous": run_id}
    run_id = str(uuid.uuid4())
    return context, run_id


print(handle("u1"))
