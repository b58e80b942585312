import uuid

from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def forget():
    global UnifiedIdGenerator
    del UnifiedIdGenerator


def start():
    session_id = str(uuid.uuid4())
    return session_id


forget()
print(start())
