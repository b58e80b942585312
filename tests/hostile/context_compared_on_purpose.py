from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str):
    first, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
    second, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
    return first != second


print(handle("u1"))
