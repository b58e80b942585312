import uuid

from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def switch_off():
    global UnifiedIdGenerator
    UnifiedIdGenerator = None


def start():
    session_id = str(uuid.uuid4())
    return session_id


switch_off()
print(start(), UnifiedIdGenerator)
