from uuid import uuid4


def f(request):
    user_id = request.get("user_id", None)
    thread_id = str(uuid4())
    run_id = str(uuid4())
    return user_id, bool(thread_id and run_id)


print(f({}))
