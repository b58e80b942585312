import uuid


def handle(user_id: str, fast):
    if fast:
        from shared.id_generation.unified_id_generator import UnifiedIdGenerator
        thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "fast")
    else:
        thread_id = "thread_slow"
    run_id = str(uuid.uuid4())
    return thread_id, run_id


print(handle("u1", True), handle("u1", False))
