from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str, work):
    try:
        thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
        work()
    except ZeroDivisionError:
        thread_id, run_id, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
        return "again", thread_id, run_id
    return thread_id


print(handle("u1", dict), handle("u1", lambda: 1 / 0))
