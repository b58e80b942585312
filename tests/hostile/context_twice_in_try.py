from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def handle(user_id, work):
    thread_id = run_id = None
    try:
        thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
        work()
    except ValueError:
        print("no thread")
    _, run_id, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
    return thread_id, run_id


def fail():
    raise ValueError


print(handle("u1", dict), handle("u1", fail))
try:
    handle(None, dict)
except ValueError:
    print("no run")
