from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str, find):
    if not (request_id := find("request_id")):
        _, _, request_id = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
    if not (thread_id := find("thread_id")):
        thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
    return request_id, thread_id


print(handle("u1", {}.get), handle("u1", {"request_id": "r"}.get))
