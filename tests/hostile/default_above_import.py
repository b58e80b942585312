import uuid


def start(session_id=str(uuid.uuid4())):
    return session_id


from shared.id_generation.unified_id_generator import UnifiedIdGenerator

print(start(), start(), UnifiedIdGenerator.generate_base_id("late"))
