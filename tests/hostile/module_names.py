import uuid

user_id = "u1"
context = dict(thread_id=str(uuid.uuid4()), run_id=str(uuid.uuid4()))
print(context, sorted(name for name in dir() if name.endswith("_id")))
