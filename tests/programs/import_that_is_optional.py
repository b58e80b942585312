def make(kind):
    try:
        from shared.id_generation.absent import nothing
        from shared.id_generation.unified_id_generator import UnifiedIdGenerator
    except ImportError:
        return "none"
    return UnifiedIdGenerator.generate_base_id(kind)
def emergency(kind, check):
    try:
        check()
        from shared.id_generation.unified_id_generator import UnifiedIdGenerator
    except ImportError:
        return UnifiedIdGenerator.generate_base_id(kind)
    return UnifiedIdGenerator.generate_base_id(kind)
print(make("run"), emergency("run", list))
