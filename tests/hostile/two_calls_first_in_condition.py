from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str, wanted):
    if wanted and UnifiedIdGenerator.generate_user_context_ids(user_id, "a")[0]:
        print("first")
    thread_id, run_id, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
    return thread_id, run_id


print(handle("u1", True), handle("u1", False))
