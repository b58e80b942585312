import uuid

try:
    raise LookupError
    from shared.id_generation.unified_id_generator import UnifiedIdGenerator
except LookupError:
    pass


def start():
    session_id = str(uuid.uuid4())
    return session_id


print(start())
