import uuid


def handle(user_id: str, seen):
    suffix = uuid.uuid4().hex[:8]
    conn_id = f"conn_{suffix}"
    room_id = f"room_{suffix}"
    seen[suffix] = conn_id
    return conn_id.split("_")[1] == room_id.split("_")[1], len(seen)


print(handle("u1", {}))
