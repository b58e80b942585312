import uuid


def handle(user_id, kind):
    match kind:
        case "both" if user_id:
            thread_id = str(uuid.uuid4())
            run_id = str(uuid.uuid4())
        case "run":
            thread_id = None
            run_id = str(uuid.uuid4())
        case _:
            thread_id = run_id = None
    return thread_id, run_id


print(handle("u1", "both"), handle(None, "both"), handle("", "run"), handle(None, "no"))
