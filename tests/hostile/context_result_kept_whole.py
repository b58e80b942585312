from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str):
    ids = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
    thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
    run_id = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")[1]
    return len(set([*ids, thread_id, run_id])) > 2, ids[0]


print(handle("u1")[0])
