import uuid


def handle(user_id: str, run_id="old"):
    context = {"text": f"after {run_id}", "thread_id": str(uuid.uuid4())}
    run_id = str(uuid.uuid4())
    return context, run_id


print(handle("u1"))
