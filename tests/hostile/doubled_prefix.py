from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def start(name):
    thread_id = f"thread_{UnifiedIdGenerator.generate_base_id('thread')}"
    short_id = UnifiedIdGenerator.generate_base_id("shutdown_request")[:16]
    return thread_id.count("thread"), short_id


print(start("n")[1:] == start("n")[1:])
