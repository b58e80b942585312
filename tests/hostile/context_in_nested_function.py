from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str):
    thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")

    def retry():
        nonlocal thread_id
        thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
        return thread_id

    before = thread_id
    return before, retry(), thread_id


print(handle("u1"))
