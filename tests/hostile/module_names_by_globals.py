import uuid

user_id = "u1"
context = dict(thread_id=str(uuid.uuid4()), run_id=str(uuid.uuid4()))


def known():
    return "thread_id" in globals()


print(context, known())
