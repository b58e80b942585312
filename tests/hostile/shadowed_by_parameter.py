import uuid


def start(UnifiedIdGenerator):
    session_id = str(uuid.uuid4())
    return session_id, UnifiedIdGenerator


print(start(1))
