from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str, count):
    thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
    runs = []
    for _ in range(count):
        _, run_id, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
        runs.append(run_id)
    return thread_id, runs


print(handle("u1", 2), handle("u1", 0))
