import uuid


def handle(user_id: str, run_id="old"):
    thread_id = str(uuid.uuid4())
    import os.path as run_id

    kept = run_id.basename("a/b")
    run_id = str(uuid.uuid4())
    return kept, thread_id, run_id


print(handle("u1"))
