from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str | None, request_id=None, thread_id=None):
    if not request_id:
        if not user_id:
            return "nobody"
        _, _, request_id = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
    if not thread_id and user_id:
        thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
    return request_id, thread_id


print(handle("u1"), handle(None), handle(None, "r"), handle("u1", "r"))
