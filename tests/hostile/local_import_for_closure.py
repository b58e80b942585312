def outer(fast):
    def inner():
        return UnifiedIdGenerator.generate_base_id("x")

    if fast:
        from shared.id_generation.unified_id_generator import UnifiedIdGenerator
        return inner()
    try:
        return inner()
    except NameError:
        return "unbound"


print(outer(True), outer(False) != "")
