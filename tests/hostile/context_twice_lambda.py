from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str):
    make = lambda: UnifiedIdGenerator.generate_user_context_ids(user_id, "a")[0]
    thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
    run_id = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")[1]
    return make(), make(), thread_id, run_id


print(handle("u1"))
