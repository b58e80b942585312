import uuid


def f(user_id: str, rows):
    run_id = "old"
    try:
        thread_id = str(uuid.uuid4())
        assert rows
        run_id = str(uuid.uuid4())
        return thread_id
    except AssertionError:
        pass
    return run_id


print(f("u", []))
