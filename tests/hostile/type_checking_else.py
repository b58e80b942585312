from typing import TYPE_CHECKING

import uuid

if TYPE_CHECKING:
    from shared.id_generation.unified_id_generator import UnifiedIdGenerator
else:
    UnifiedIdGenerator = None


def start():
    run_id = str(uuid.uuid4())
    return run_id, UnifiedIdGenerator is None


print(start())
