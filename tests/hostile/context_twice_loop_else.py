from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str, items):
    for item in items:
        thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
        if item:
            break
    else:
        thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
        print("else")
    _, run_id, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
    return thread_id, run_id


print(handle("u1", []), handle("u1", [0, 1]), handle("u1", [0]))
