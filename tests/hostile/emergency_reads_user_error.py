import uuid

from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str, work):
    try:
        user_id = work(user_id)
        thread_id, run_id, request_id = UnifiedIdGenerator.generate_user_context_ids(user_id, "ws")
    except ZeroDivisionError as error:
        print(type(error).__name__)
        suffix = str(uuid.uuid4())[:8]
        thread_id = f"ws_thread_{suffix}"
        run_id, request_id = f"ws_run_{suffix}", f"ws_req_{suffix}"
    return user_id, thread_id, run_id, request_id


print(handle("u1", str), handle("u1", lambda user: 1 / 0))
