from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str, operation="a"):
    thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, operation)
    operation = "b"
    _, run_id, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, operation)
    return "_a_" in thread_id, "_b_" in run_id


print(handle("u1"))
