import uuid


def handle(user_id: str):
    base = str(uuid.uuid4())
    job_id = f"job_{base[:8]}"
    return sorted(vars()), job_id


print(handle("u1"))
