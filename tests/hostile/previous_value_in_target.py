import uuid


def handle(user_id: str, run_id="old"):
    rows = {}
    rows[run_id] = str(uuid.uuid4())
    rows[run_id + "_thread_id"] = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return [key for key in rows if key.startswith("old")], run_id


print(handle("u1"))
