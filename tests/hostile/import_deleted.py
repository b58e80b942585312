import uuid

from shared.id_generation.unified_id_generator import UnifiedIdGenerator

FIRST = UnifiedIdGenerator.generate_base_id("first")
del UnifiedIdGenerator


def start():
    session_id = str(uuid.uuid4())
    return session_id


print(FIRST, start())
