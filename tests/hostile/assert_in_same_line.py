import uuid


def handle(user_id: str | None):
    assert user_id; thread_id = str(uuid.uuid4()); run_id = str(uuid.uuid4())
    return thread_id, run_id


print(handle("u1"))
try:
    handle(None)
except AssertionError:
    print("refused")
