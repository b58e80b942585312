from uuid import uuid4


def f(get_user_id):
    thread_id = str(uuid4())
    run_id = str(uuid4())
    return bool(thread_id and run_id), get_user_id()


print(f(lambda: "u1"))
