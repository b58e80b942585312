import uuid

try:
    RUN_ID = str(uuid.uuid4())
finally:
    from shared.id_generation.unified_id_generator import UnifiedIdGenerator
OTHER_RUN_ID = str(uuid.uuid4())
print(RUN_ID, OTHER_RUN_ID, UnifiedIdGenerator.generate_base_id("x"))
