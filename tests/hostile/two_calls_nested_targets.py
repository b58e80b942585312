from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str, rows):
    (thread_id, rows["a"], _) = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
    [first, *more] = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
    return thread_id, rows, first, more


print(handle("u1", {}))
