import uuid

run_id = "old"


def f(user_id: str, row: dict):
    global run_id
    thread_id = str(uuid.uuid4())
    kind = row["kind"]
    run_id = str(uuid.uuid4())
    return thread_id, kind


try:
    f("u", {})
except KeyError:
    print(run_id)
