import uuid


class Field:
    def __set_name__(self, owner, name):
        self.name = name

    def __set__(self, holder, value):
        print("set", self.name)
        vars(holder)[self.name] = value


class Holder:
    thread_id = Field()
    run_id = Field()

    def __init__(self, user_id: str):
        self.run_id = str(uuid.uuid4())
        self.thread_id = str(uuid.uuid4())


print(vars(Holder("u1")))
