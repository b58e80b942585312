from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str | None, request_id=None, thread_id=None):
    if request_id is None:
        _, _, request_id = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
    if thread_id == "":
        thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
    return request_id, thread_id


print(handle("u1"), handle("u1", "r", ""), handle("u1", None, ""), handle(None, "r", None))
