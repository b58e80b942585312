import uuid
def new_run():
    try:
        from shared.id_generation.absent import UnifiedIdGenerator
        run_id = UnifiedIdGenerator.generate_base_id("run")
    except ImportError:
        run_id = f"run_{uuid.uuid4()}"
    return run_id
def f(user_id):
    job_id = str(uuid.uuid4())
    return bool(job_id)
print(f("u"), bool(new_run()))
