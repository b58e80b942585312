from shared.id_generation.unified_id_generator import UnifiedIdGenerator
def f(a, d):
    t = a or UnifiedIdGenerator.generate_user_context_ids(d.user_id, "x")[0]
    r = UnifiedIdGenerator.generate_user_context_ids(d.user_id, "x")[1] if d else None
    return t, r
print(f("t", None))
