import uuid


def handle(user_id: str):
    context = {"user": user_id}
    context["request_id"] = str(uuid.uuid4())
    print(sorted(context))
    thread_id = f"thread_{uuid.uuid4()}"
    context["thread_id"] = thread_id
    context["run_id"] = str(uuid.uuid4())
    return context


print(handle("u1"))
