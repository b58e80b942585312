import uuid


class Key(str):
    def kind(self):
        return "key"


def handle():
    session_id = Key(uuid.uuid4())
    return session_id.kind(), isinstance(session_id, Key)


print(handle())
