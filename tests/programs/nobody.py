import uuid
def f():
    user_id = None
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return bool(thread_id and run_id and not user_id)
print(f())
