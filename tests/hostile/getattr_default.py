import types
import uuid


def handle(user_id: str, context):
    run_id = getattr(context, "run_id", str(uuid.uuid4()))
    thread_id = getattr(context, "thread_id", None) or str(uuid.uuid4())
    return run_id, thread_id


print(handle("u1", None), handle("u1", types.SimpleNamespace(run_id="r", thread_id="t")))
