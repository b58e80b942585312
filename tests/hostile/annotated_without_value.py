import uuid


def handle(user_id: str, wanted):
    thread_id: str
    run_id: str = str(uuid.uuid4())
    if wanted:
        thread_id = str(uuid.uuid4())
    try:
        return thread_id, run_id
    except UnboundLocalError:
        return "unbound", run_id


print(handle("u1", True), handle("u1", False))
