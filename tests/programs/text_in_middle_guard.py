from shared.id_generation.unified_id_generator import UnifiedIdGenerator
said = []
def f(user_id, t=None, r=None, q=None):
    if t is None:
        t, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
    if r is None:
        _, r, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
        said.append("""a
    b""")
    if q is None:
        _, _, q = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
    return t, r, q
print(len(f("u")), said)
