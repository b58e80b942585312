from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str, on, request_id=None, thread_id=None):
    if on:
        if not request_id:
            _, _, request_id = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
    if not thread_id:
        thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
    return request_id, thread_id


print(handle("u1", True), handle("u1", False), handle("u1", True, "r", "t"))
