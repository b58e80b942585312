import uuid


def start():
    session_id = str(uuid.uuid4())
    return session_id


print(start())
if __name__ == "__main__":
    from shared.id_generation.unified_id_generator import UnifiedIdGenerator

    print(UnifiedIdGenerator.generate_base_id("main"))
# fixes: OST101
