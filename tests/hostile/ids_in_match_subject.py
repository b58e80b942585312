import uuid


def handle(user_id: str):
    match {"thread_id": str(uuid.uuid4()), "run_id": str(uuid.uuid4())}:
        case {"thread_id": thread, "run_id": run}:
            return thread, run


print(handle("u1"))
