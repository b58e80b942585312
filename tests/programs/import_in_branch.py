def open_session(thread_id, log):
    if not thread_id:
        # Ids come from one place.
        from shared.id_generation.unified_id_generator import UnifiedIdGenerator
        thread_id = UnifiedIdGenerator.generate_base_id("thread")
    try:
        log.append(len(log))
    except AttributeError:
        return UnifiedIdGenerator.generate_base_id("run")
    return thread_id
print(open_session("", []), open_session("", None), open_session("thread_1", []))
