import time


def outer():
    ts = time.time()

    def reset():
        nonlocal ts
        ts = 9

    reset()
    run_id = f"run_{ts}"
    return run_id


print(outer())
