from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str):
    thread_id, _, request_id = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
    kept = _
    _, run_id, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
    return kept, thread_id, run_id, request_id


print(handle("u1"))
