from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id: str, work):
    thread_id = run_id = None
    try:
        thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
        work(thread_id)
        _, run_id, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
    except ValueError:
        pass
    finally:
        print(thread_id, run_id)


handle("u1", print)
handle("u1", int)
