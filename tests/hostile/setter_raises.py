import uuid


class Session:
    run_id = None

    def __setattr__(self, name, value):
        if name == "thread_id" and self.run_id is None:
            raise AttributeError(name)
        object.__setattr__(self, name, value)

    def start(self, user_id: str):
        try:
            self.thread_id = str(uuid.uuid4())
        except AttributeError:
            print("refused")
        self.run_id = str(uuid.uuid4())
        self.thread_id = str(uuid.uuid4())
        return self.thread_id, self.run_id


print(Session().start("u1"))
