from typing import TYPE_CHECKING

import uuid

if TYPE_CHECKING:
    from shared.id_generation.unified_id_generator import UnifiedIdGenerator

RUN_ID = str(uuid.uuid4())
print(RUN_ID)
