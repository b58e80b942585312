import uuid

DATA = {"k": "v"}
if not DATA:
    from shared.id_generation.unified_id_generator import UnifiedIdGenerator

RUN_ID = str(uuid.uuid4())
print(RUN_ID)
