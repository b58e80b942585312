import uuid

UnifiedIdGenerator = unified_id_generator = None


def start():
    session_id = str(uuid.uuid4())
    return session_id


print(start(), UnifiedIdGenerator, unified_id_generator)
