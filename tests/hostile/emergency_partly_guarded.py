import uuid

from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str | None, work):
    thread_id = None
    try:
        if not user_id:
            raise LookupError
        thread_id, run_id, request_id = UnifiedIdGenerator.generate_user_context_ids(user_id, "ws")
    except LookupError:
        thread_id = f"ws_thread_{uuid.uuid4()}"
        run_id = f"ws_run_{uuid.uuid4()}"
        request_id = f"ws_req_{uuid.uuid4()}"
    return thread_id, run_id, request_id


print(handle("u1", dict), handle(None, dict), handle("", dict))
