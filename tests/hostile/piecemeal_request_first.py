from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str, request_id=None):
    request_id = request_id or UnifiedIdGenerator.generate_base_id("req")
    print(request_id)
    context = dict(
        thread_id=UnifiedIdGenerator.generate_base_id("thread"),
        run_id=UnifiedIdGenerator.generate_base_id("run"),
        request_id=request_id,
    )
    return context


print(handle("u1"), handle("u1", "r"))
