import uuid

if __name__ == "__main__":
    from shared.id_generation.unified_id_generator import UnifiedIdGenerator


class Starter:
    def start(self):
        session_id = str(uuid.uuid4())
        return session_id


print(Starter().start())
from shared.id_generation.unified_id_generator import UnifiedIdGenerator

print(UnifiedIdGenerator.generate_base_id("late"))
