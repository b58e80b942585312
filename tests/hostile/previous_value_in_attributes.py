import uuid


def handle(user_id: str, run_id="old"):
    holder = type("Holder", (), {})()
    holder.thread_id, holder.previous = f"thread_{uuid.uuid4()}", run_id
    run_id = str(uuid.uuid4())
    return vars(holder), run_id


print(handle("u1"))
