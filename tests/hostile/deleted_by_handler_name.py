import uuid

from shared.id_generation.unified_id_generator import UnifiedIdGenerator

try:
    raise LookupError(UnifiedIdGenerator.generate_base_id("x"))
except LookupError as UnifiedIdGenerator:
    print("lookup")


def start():
    session_id = str(uuid.uuid4())
    return session_id


print(start())
