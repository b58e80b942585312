import uuid


def handle(user_id: str, context):
    context.setdefault("request_id", str(uuid.uuid4()))
    context.setdefault("thread_id", str(uuid.uuid4()))
    run_id = context.get("run_id", str(uuid.uuid4()))
    return context, run_id


print(handle("u1", {}), handle("u1", {"request_id": "r", "run_id": "x"}))
# fixes: OST101
