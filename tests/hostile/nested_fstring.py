import uuid


def make(name):
    session_id = f"session_{f'{name}_{uuid.uuid4().hex[:8]}'}"
    job_id = f"job_{f'{uuid.uuid4()}'}"
    return session_id, job_id


print(make("n"))
