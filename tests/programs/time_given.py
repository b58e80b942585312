import time


def make_run_id(now: float | None = None) -> str:
    if now is None:
        now = time.time()
    return f"run_{int(now)}"


print(make_run_id(1234))
