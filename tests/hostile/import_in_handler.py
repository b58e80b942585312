import uuid

try:
    KNOWN = {"k": 1}["k"]
except KeyError:
    from shared.id_generation.unified_id_generator import UnifiedIdGenerator
    KNOWN = 0


def start():
    session_id = str(uuid.uuid4())
    return session_id


print(start(), KNOWN)
