import uuid
from shared.id_generation.unified_id_generator import UnifiedIdGenerator
def f(get):
    try:
        uid = get()
        thread_id, run_id, request_id = UnifiedIdGenerator.generate_user_context_ids(uid, "x")
    except Exception:
        thread_id = f"thread_{uuid.uuid4()}"
        run_id = f"run_{uuid.uuid4()}"
        request_id = f"req_{uuid.uuid4()}"
    return thread_id, run_id, request_id
print(len(f(lambda: 1 / 0)))
