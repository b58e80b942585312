import uuid
def f(users):
    return [dict(user_id=u, run_id=str(uuid.uuid4()), request_id=str(uuid.uuid4())) for u in users]
print(len({d["run_id"] for d in f("abc")}))
