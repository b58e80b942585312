import uuid


def handle(user_id: str, run_id="old"):
    rows = {"old": {}}
    rows[run_id]["thread_id"] = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return rows, run_id


print(handle("u1"))
