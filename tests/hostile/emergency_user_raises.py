import uuid

from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(request):
    try:
        user_id = request["user"]
        thread_id, run_id, request_id = UnifiedIdGenerator.generate_user_context_ids(user_id, "ws")
    except KeyError:
        suffix = uuid.uuid4().hex[:8]
        thread_id = f"ws_thread_{suffix}"
        run_id = f"ws_run_{suffix}"
        request_id = f"ws_req_{suffix}"
    return thread_id, run_id, request_id


print(handle({"user": "u1"}), handle({}))
