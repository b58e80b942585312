import uuid

RUN_ID = str(uuid.uuid4())
from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def start():
    session_id = str(uuid.uuid4())
    return session_id


print(RUN_ID, start(), UnifiedIdGenerator.generate_base_id("x"))
# fixes: OST101
