import uuid


def handle(user_id: str):
    base = str(uuid.uuid4())
    thread_id = base
    context = {"thread_id": base, "run_id": base}
    return thread_id == context["thread_id"], context["thread_id"] == context["run_id"]


print(handle("u1"))
