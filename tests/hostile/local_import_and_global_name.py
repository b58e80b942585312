import uuid


def configure():
    global UnifiedIdGenerator
    from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def make():
    session_id = str(uuid.uuid4())
    return session_id


try:
    print(UnifiedIdGenerator.generate_base_id("x"))
except NameError:
    print("not configured")
configure()
print(make(), UnifiedIdGenerator.generate_base_id("x"))
