import uuid

try:
    from shared.id_generation.not_there import UnifiedIdGenerator
except ImportError:
    UnifiedIdGenerator = None


def start():
    if UnifiedIdGenerator is None:
        run_id = str(uuid.uuid4())
    else:
        run_id = UnifiedIdGenerator.generate_base_id("run")
    return run_id


print(start(), UnifiedIdGenerator)
