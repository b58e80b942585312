from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str, request_id=None, thread_id=None):
    if not request_id:
        _, _, generated_request_id = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
        request_id = generated_request_id
        print("made", request_id)
    if not thread_id:
        print("thread is missing")
        generated_thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
        thread_id = generated_thread_id
    return request_id, thread_id


print(handle("u1"), handle("u1", "r"), handle("u1", None, "t"), handle("u1", "r", "t"))
