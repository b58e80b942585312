from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str, request_id=None, thread_id=None):
    if not request_id:
        _, _, request_id = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
        user_id = user_id + "x"
    if not thread_id:
        thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
    return user_id, request_id, thread_id


print(handle("u1"), handle("u1", "r"))
