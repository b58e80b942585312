from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str, request_id=None, thread_id=None, run_id=None):
    if not request_id:
        _, _, request_id = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
    run_id = run_id or request_id
    if not thread_id:
        thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
    return run_id == request_id, request_id, thread_id


print(handle("u1"), handle("u1", "r"), handle("u1", None, None, "x"))
