import uuid


def handle(user_id: str):
    rows, index = [{}, {}], 0
    rows[index]["thread_id"] = str(uuid.uuid4())
    index += 1
    rows[index]["run_id"] = str(uuid.uuid4())
    return rows


print(handle("u1"))
