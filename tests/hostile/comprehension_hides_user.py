import uuid


def handle(user_id: str, users):
    return [(user_id, str(uuid.uuid4())) for user_id in users], [
        {"thread_id": str(uuid.uuid4()), "run_id": str(uuid.uuid4())} for user_id in users
    ]


print(handle("u1", [None, "u2"]))
