import uuid

import shared.id_generation.unified_id_generator as generation

FIRST = generation.UnifiedIdGenerator.generate_base_id("first")
del generation


def start():
    session_id = str(uuid.uuid4())
    return session_id


print(FIRST, start())
