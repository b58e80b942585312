import uuid
stopped = []
def f(user_id):
    run_id = None
    try:
        thread_id = str(uuid.uuid4())
        print(1 / 0, thread_id)
        run_id = str(uuid.uuid4())
    except ZeroDivisionError:
        pass
    finally:
        if run_id is not None:
            stopped.append(run_id)
f("u"); print("stopped", len(stopped))
