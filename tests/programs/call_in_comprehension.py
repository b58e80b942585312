from shared.id_generation.unified_id_generator import UnifiedIdGenerator
def f(user_id, xs):
    run_id = UnifiedIdGenerator.generate_user_context_ids(user_id, "x")[1]
    ids = [UnifiedIdGenerator.generate_user_context_ids(user_id, "x")[0] for _ in xs]
    return len(set(ids)), run_id
print(f("u", "abc"))
