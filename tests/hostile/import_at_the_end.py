import uuid

FIRST_RUN_ID = str(uuid.uuid4())


def start():
    session_id = str(uuid.uuid4())
    return session_id


print(FIRST_RUN_ID, start())
from shared.id_generation.unified_id_generator import UnifiedIdGenerator

print(UnifiedIdGenerator.generate_base_id("late"))
# fixes: OST101
