import time


def f(x):
    run_id = "run_" + (n := x()) + "_" + str(time.time())
    return run_id.startswith("run_a"), n


print(f(lambda: "a"))
