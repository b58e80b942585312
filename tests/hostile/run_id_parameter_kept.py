from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str, run_id="given"):
    thread_id = UnifiedIdGenerator.generate_base_id("thread")
    request_id = UnifiedIdGenerator.generate_base_id("req")
    return run_id, thread_id, request_id


print(handle("u1"), handle("u1", None))
