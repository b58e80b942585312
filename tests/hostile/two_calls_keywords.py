from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str):
    thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(operation="a", user_id=user_id)
    _, run_id, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
    _, _, request_id = UnifiedIdGenerator.generate_user_context_ids(*(user_id, "a"))
    return thread_id, run_id, request_id


print(handle("u1"))
