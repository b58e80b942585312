import uuid


def handle(user_id: str):
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return sorted(locals())


def helper(user_id: str):
    suffix = uuid.uuid4().hex[:8]
    conn_id = f"conn_{suffix}"
    return sorted(locals())


print(handle("u1"), helper("u1"))
