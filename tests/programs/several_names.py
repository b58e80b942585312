import uuid
def f():
    run_id = job_id = str(uuid.uuid4())
    return len(job_id[:8] + run_id.split("-")[0]), run_id.count("-")
print(f())
