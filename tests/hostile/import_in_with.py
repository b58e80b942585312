import contextlib
import uuid

with contextlib.nullcontext():
    from shared.id_generation.unified_id_generator import UnifiedIdGenerator
RUN_ID = str(uuid.uuid4())
print(RUN_ID, UnifiedIdGenerator.generate_base_id("x"))
