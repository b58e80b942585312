import uuid


def handle(user_id: str, work):
    try:
        thread_id = str(uuid.uuid4())
        work(thread_id)
        run_id = str(uuid.uuid4())
    except ValueError:
        try:
            return "run", run_id
        except UnboundLocalError:
            return "no run"
    return thread_id, run_id


print(handle("u1", print), handle("u1", int))
