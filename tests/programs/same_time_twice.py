import time


def f():
    ts = int(time.time())
    run_id = f"run_{ts}"
    return run_id == f"run_{ts}"


print(f())
