import uuid


def start():
    from shared.id_generation.unified_id_generator import UnifiedIdGenerator
    first_id = UnifiedIdGenerator.generate_base_id("first")
    del UnifiedIdGenerator
    session_id = str(uuid.uuid4())
    return first_id, session_id


print(start())
