import uuid

match 1:
    case 1:
        class Holder:
            def __init__(self, user_id: str):
                self.session_id = str(uuid.uuid4())
    case _:
        pass

print(vars(Holder("u1")))
