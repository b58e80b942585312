import uuid


def f(names):
    found = []
    for user_id, name in enumerate(names):
        thread_id = str(uuid.uuid4())
        run_id = str(uuid.uuid4())
        found.append((thread_id, run_id, name))
    return found


print(f(["a"]))
