import uuid


class UnifiedIdGenerator:
    @staticmethod
    def generate_base_id(prefix):
        return "mine"


def start():
    session_id = str(uuid.uuid4())
    return session_id, UnifiedIdGenerator.generate_base_id("x")


print(start())
# fixes: OST101
