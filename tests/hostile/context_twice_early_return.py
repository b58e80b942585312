from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id, request_id=None, thread_id=None):
    if not request_id:
        return "no request"
    if not thread_id:
        thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "session")
    if thread_id == "old":
        return request_id, thread_id
    _, run_id, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "session")
    return request_id, thread_id, run_id


print(handle("u1"), handle("u1", "r"), handle(None, "r", "old"), handle(None))
