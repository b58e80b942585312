import uuid

from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str, work, store):
    try:
        thread_id, run_id, request_id = UnifiedIdGenerator.generate_user_context_ids(user_id, "ws")
        work(thread_id)
    except ValueError:
        store.append(run_id)
        thread_id = f"ws_thread_{uuid.uuid4()}"
        store.append(thread_id)
        run_id = f"ws_run_{uuid.uuid4()}"
        store.append(run_id)
    return thread_id, run_id, request_id, store


print(handle("u1", str, []), handle("u1", int, []))
