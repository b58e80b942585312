import uuid


def handle(user_id: str, names):
    suffix = uuid.uuid4().hex[:8]
    rooms = {}
    for name in names:
        rooms[name] = f"room_{suffix}"
    return len(set(rooms.values())), rooms


print(handle("u1", ["a", "b"]))
