import time


def f(items):
    ts = int(time.time())
    return [dict(batch_id=f"batch_{ts}", item=item) for item in items]


print(len({row["batch_id"] for row in f("abc")}))
