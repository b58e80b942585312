import uuid


class Quiet:
    def __enter__(self):
        return self

    def __exit__(self, *error):
        return True


def f(user_id: str, total, more):
    run_id = None
    with Quiet():
        thread_id = str(uuid.uuid4())
        total += more
        run_id = str(uuid.uuid4())
        return thread_id
    return run_id


print(f("u", 1, "a"))
