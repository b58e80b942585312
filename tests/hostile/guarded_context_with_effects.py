from shared.id_generation.unified_id_generator import UnifiedIdGenerator

asked = []


def ask(value):
    asked.append(value)
    return value


def handle(user_id: str, request_id=None, thread_id=None):
    if not ask(request_id):
        _, _, request_id = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
    if not ask(thread_id):
        thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
    return request_id, thread_id


print(handle("u1"), handle("u1", "r"), handle("u1", "r", "t"), asked)
