import sys
import uuid

if sys.platform == "nowhere":
    from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def start():
    session_id = str(uuid.uuid4())
    return session_id


print(start())
