import uuid


def named(name):
    print("named", name)
    return lambda function: function


@named(session_id := str(uuid.uuid4()))
def start():
    return session_id


from shared.id_generation.unified_id_generator import UnifiedIdGenerator

print(start(), UnifiedIdGenerator.generate_base_id("late"))
