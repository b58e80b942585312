from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle():
    request_id = UnifiedIdGenerator.generate_base_id("req")
    user_id = "u_" + request_id
    thread_id = UnifiedIdGenerator.generate_base_id("thread")
    run_id = UnifiedIdGenerator.generate_base_id("run")
    return len(user_id) > 2, thread_id, run_id


print(handle())
