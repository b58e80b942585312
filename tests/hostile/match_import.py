import uuid

MODE = "plain"
match MODE:
    case "generated":
        from shared.id_generation.unified_id_generator import UnifiedIdGenerator
    case _:
        pass


def start():
    session_id = str(uuid.uuid4())
    return session_id


print(start())
# fixes: OST101
