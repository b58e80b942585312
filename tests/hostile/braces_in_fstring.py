import uuid


def start(name):
    session_id = f"session_{{}}_{uuid.uuid4().hex[:8]}"
    job_id = f"job_{name:>5}_{uuid.uuid4()}"
    return len(session_id.split("{}")), job_id.split("_")[1]


print(start("n"))
