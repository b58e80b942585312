import uuid


def handle(user_id: str, data, run_id="old"):
    try:
        context = {"thread_id": str(uuid.uuid4()), "x": data["x"]}
        run_id = str(uuid.uuid4())
    except KeyError:
        return run_id
    return context, run_id


print(handle("u1", {"x": 1}), handle("u1", {}))
