from shared.id_generation.unified_id_generator import UnifiedIdGenerator
user_id = "alice"
thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "x")
user_id = "bob"
_, run_id, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "x")
print(run_id)
