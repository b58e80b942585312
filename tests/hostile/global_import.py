def load():
    global uuid
    import uuid


def start():
    session_id = str(uuid.uuid4())
    return session_id


load()
print(start())
