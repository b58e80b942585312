import uuid


def handle(user_id: str, run_id="old"):
    suffix = uuid.uuid4().hex[:8]
    context = {"thread_id": f"thread_{suffix}", "previous": run_id}
    run_id = f"run_{suffix}"
    return context, run_id


print(handle("u1"))
