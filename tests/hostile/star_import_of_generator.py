from shared.id_generation.unified_id_generator import *

import uuid


def start():
    session_id = str(uuid.uuid4())
    return session_id


print(start(), UnifiedIdGenerator.generate_base_id("x"))
# fixes: OST101
