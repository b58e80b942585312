import uuid


def handle(user_id: str, store):
    try:
        run_id = str(uuid.uuid4())
        store["a"] = run_id
    except KeyError:
        store = {"request_id": f"req_{uuid.uuid4()}"}
    session_id = str(uuid.uuid4())
    return run_id, sorted(store), session_id


print(handle("u1", {}))
# fixes: OST101
