from uuid import uuid4


def f(suffix=None):
    if suffix is None:
        suffix = uuid4().hex[:8]
    run_id = f"run_{suffix}"
    return run_id


print(f("abc"))
