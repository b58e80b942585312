import uuid


def handle(user_id: str, work):
    run_id = "none"
    try:
        thread_id = str(uuid.uuid4())
        work()
        run_id = str(uuid.uuid4())
    finally:
        print("finally", run_id)
    return thread_id, run_id


print(handle("u1", dict))
try:
    handle("u1", lambda: 1 / 0)
except ZeroDivisionError:
    print("stopped")
