from shared.id_generation.unified_id_generator import UnifiedIdGenerator
def f(user_id):
    op = "a"
    thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, op)
    op = "b"
    _, run_id, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, op)
    return thread_id, run_id, op
print(f("u"))
