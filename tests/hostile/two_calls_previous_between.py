from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str, run_id="old"):
    thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
    print("was", run_id)
    _, run_id, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
    return thread_id, run_id


print(handle("u1"))
