import uuid


def f(user_id: str):
    run_id = "old"
    try:
        thread_id = str(uuid.uuid4())
        import nothing_of_that_name
        run_id = str(uuid.uuid4())
        return thread_id, nothing_of_that_name
    except ImportError:
        pass
    return run_id


print(f("u"))
