import uuid

new_id = uuid.uuid4


def start():
    session_id = str(new_id())
    return session_id


print(start())
new_id = lambda: "other"
print(start())
