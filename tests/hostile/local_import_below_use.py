from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str):
    try:
        run_id = UnifiedIdGenerator.generate_base_id("run")
    except UnboundLocalError:
        run_id = "unbound"
    from shared.id_generation.unified_id_generator import UnifiedIdGenerator
    return run_id, UnifiedIdGenerator.generate_base_id("run")


handle("u1")
print("done")
