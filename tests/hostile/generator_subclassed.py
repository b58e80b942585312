import uuid

from shared.id_generation.unified_id_generator import UnifiedIdGenerator


class Mine(UnifiedIdGenerator):
    @classmethod
    def generate_base_id(cls, prefix):
        return str(uuid.uuid4())


def start():
    session_id = str(uuid.uuid4())
    return session_id, Mine.generate_base_id("x")


print(start())
