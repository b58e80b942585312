Gen = "another"
def other():
    return Gen
def make(kind):
    if kind:
        from shared.id_generation.unified_id_generator import UnifiedIdGenerator as Gen
        return Gen.generate_base_id(kind)
    def later():
        return Gen
    return later
print(make("run"), other())
