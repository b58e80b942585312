import functools
import uuid


def counted(function):
    @functools.wraps(function)
    def inner(*args, trace_id=str(uuid.uuid4())):
        print(trace_id)
        return function(*args)

    return inner


@counted
def start(user_id: str):
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return thread_id, run_id


print(start("u1"), start("u2"))
# fixes: OST101
