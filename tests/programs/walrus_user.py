from shared.id_generation.unified_id_generator import UnifiedIdGenerator
def f(get):
    t = (user_id := get()) and UnifiedIdGenerator.generate_user_context_ids(user_id, "x")[0]
    r = UnifiedIdGenerator.generate_user_context_ids(user_id, "x")[1]
    return t, r
print(f(lambda: "u"))
