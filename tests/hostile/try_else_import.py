import uuid

try:
    import not_there_at_all
except ImportError:
    not_there_at_all = None
else:
    from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def start():
    session_id = str(uuid.uuid4())
    return session_id, not_there_at_all


print(start())
