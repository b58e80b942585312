import uuid
from contextlib import suppress


def f(user_id: str, row: dict):
    run_id = None
    with suppress(KeyError):
        thread_id = str(uuid.uuid4())
        kind = row["kind"]
        run_id = str(uuid.uuid4())
        return thread_id, kind
    return run_id


print(f("u", {}))
