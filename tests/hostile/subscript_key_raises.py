import uuid


def handle(user_id: str, store):
    try:
        store["a"]["thread_id"] = str(uuid.uuid4())
        store["b"]["run_id"] = str(uuid.uuid4())
    except KeyError as error:
        print("no", error)
    return store


print(handle("u1", {"a": {}}), handle("u1", {"a": {}, "b": {}}), handle("u1", {}))
