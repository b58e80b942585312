import uuid


def handle(user_id: str):
    made = (str(uuid.uuid4()) for _ in iter(int, 1))
    run_ids = (f"run_{uuid.uuid4()}" for _ in range(2))
    return next(made), next(made), list(run_ids)


print(handle("u1"))
