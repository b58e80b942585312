import uuid
def f():
    if (run_id := str(uuid.uuid4())):
        return uuid.UUID(run_id).version
print(f())
