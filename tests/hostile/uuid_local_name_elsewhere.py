import uuid


def start(uuid=uuid):
    session_id = str(uuid.uuid4())
    return session_id


class Fake:
    @staticmethod
    def uuid4():
        return "fake"


print(start(), start(Fake))
