import uuid
def f(xs):
    batch = str(uuid.uuid4())
    return [dict(batch_id=batch, x=x) for x in xs]
print("distinct batch ids:", len({d["batch_id"] for d in f("abc")}))
