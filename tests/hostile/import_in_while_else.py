import uuid

tries = 0
while tries < 3:
    tries += 1
    break
else:
    from shared.id_generation.unified_id_generator import UnifiedIdGenerator

RUN_ID = str(uuid.uuid4())
print(RUN_ID)
