from typing import TYPE_CHECKING

import uuid

if TYPE_CHECKING:
    from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def start():
    session_id = str(uuid.uuid4())
    return session_id


print(start())
from shared.id_generation.unified_id_generator import UnifiedIdGenerator

print(UnifiedIdGenerator.generate_base_id("late"))
