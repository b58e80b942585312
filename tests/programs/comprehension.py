import uuid
def f(user_id, xs):
    return [dict(x=x, run_id=str(uuid.uuid4()), request_id=str(uuid.uuid4())) for x in xs]
print("distinct run ids:", len({d["run_id"] for d in f("u", "abc")}))
