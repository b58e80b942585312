from shared.id_generation.unified_id_generator import UnifiedIdGenerator
a = 0
b = 0
if a:
    t = UnifiedIdGenerator.generate_user_context_ids("u", "x")[0]
b = 7
print("configured")
if b:
    r = UnifiedIdGenerator.generate_user_context_ids("u", "x")[1]
print(b)
