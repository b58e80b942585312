from __future__ import annotations

from typing import TYPE_CHECKING

import uuid

if TYPE_CHECKING:
    from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def start(ids: UnifiedIdGenerator | None = None):
    run_id = str(uuid.uuid4())
    return run_id


print(start())
# fixes: OST101
