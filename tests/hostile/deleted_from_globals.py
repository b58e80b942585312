import uuid

from shared.id_generation.unified_id_generator import UnifiedIdGenerator

print(UnifiedIdGenerator.generate_base_id("x"))
globals().pop("UnifiedIdGenerator")


def start():
    session_id = str(uuid.uuid4())
    return session_id


print(start())
