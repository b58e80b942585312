import uuid


class Session:
    session_id = str(uuid.uuid4())
    run_id = f"run_{uuid.uuid4()}"


from shared.id_generation.unified_id_generator import UnifiedIdGenerator

print(Session.session_id, Session.run_id, UnifiedIdGenerator.generate_base_id("late"))
