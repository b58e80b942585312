from shared.id_generation.unified_id_generator import UnifiedIdGenerator
def ids(user_id: str): thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "x"); _, run_id, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "x"); return thread_id, run_id
print(ids("u1"))
