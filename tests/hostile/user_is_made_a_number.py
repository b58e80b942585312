import uuid


def f(claims: dict):
    user_id = int(claims["sub"])
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return thread_id, run_id, user_id


print(f({"sub": "3"}))
