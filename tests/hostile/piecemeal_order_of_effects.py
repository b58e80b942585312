from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def noisy(name):
    print("noisy", name)
    return name


def handle(user_id: str):
    context = dict(
        user=noisy(user_id), thread_id=UnifiedIdGenerator.generate_base_id("thread"), x=noisy("x"),
        run_id=UnifiedIdGenerator.generate_base_id("run"),
    )
    return context


print(handle("u1"))
