import uuid


def start():
    session_id = str(uuid.uuid4())
    return session_id


def handle(user_id: str, request_id=None):
    request_id = request_id or str(uuid.uuid4())
    print(request_id)
    return dict(request_id=request_id, thread_id=str(uuid.uuid4()), run_id=str(uuid.uuid4()))


class Job:
    def __init__(self):
        self.job_id = f"job_{uuid.uuid4().hex[:8]}"


print(start(), handle("u1"), handle("u1", "r"), Job().job_id)
# fixes: OST101
