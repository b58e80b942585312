import uuid


def handle(request):
    user_id = request["user"]
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return user_id, thread_id, run_id


print(handle({"user": "u1"}), handle({"user": None}))
