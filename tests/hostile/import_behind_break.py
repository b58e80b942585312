import uuid

for number in range(3):
    if number == 0:
        break
    from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def start():
    session_id = str(uuid.uuid4())
    return session_id


print(start())
