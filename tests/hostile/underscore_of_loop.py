from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str, items):
    for _, name in items:
        thread_id = UnifiedIdGenerator.generate_base_id("thread")
        run_id = UnifiedIdGenerator.generate_base_id("run")
        print(_, name, thread_id, run_id)
    return _


print(handle("u1", [(1, "a"), (2, "b")]))
