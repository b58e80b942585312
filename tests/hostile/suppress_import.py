import contextlib
import uuid

with contextlib.suppress(ImportError):
    import not_there_at_all
    from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def start():
    session_id = str(uuid.uuid4())
    return session_id


print(start())
