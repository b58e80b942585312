import uuid


def handle(user_id: str):
    rows = []
    for name, value in dict(thread_id=str(uuid.uuid4()), run_id=str(uuid.uuid4())).items():
        rows.append((name, value))
    else:
        rows.append(str(uuid.uuid4()))
    return rows


print(handle("u1"))
