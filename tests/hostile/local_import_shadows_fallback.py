class UnifiedIdGenerator:
    @staticmethod
    def generate_base_id(prefix):
        return "fallback"


def make(real):
    if real:
        from shared.id_generation.unified_id_generator import UnifiedIdGenerator
        return UnifiedIdGenerator.generate_base_id("x")
    return "plain"


print(make(True), make(False), UnifiedIdGenerator.generate_base_id("x"))
