import time


def f():
    job_id = f"job_{int(time.time()) // 36000000}"
    return job_id


print(f() == f())
