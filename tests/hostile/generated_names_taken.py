from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id, request_id=None, thread_id=None):
    generated_thread_id = "mine"
    if not request_id:
        _, _, request_id = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
    if not thread_id:
        thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
    return generated_thread_id, request_id, thread_id


print(handle("u1"), handle("u1", "r"), handle("u1", None, "t"))
