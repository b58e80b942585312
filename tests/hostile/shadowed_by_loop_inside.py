import uuid


def start():
    session_id = str(uuid.uuid4())
    for UnifiedIdGenerator in (1, 2):
        pass
    return session_id, UnifiedIdGenerator


print(start())
