import uuid


class Base:
    user_id: str | None = None

    def start(self):
        self.thread_id = str(uuid.uuid4())
        self.run_id = str(uuid.uuid4())
        return self.thread_id, self.run_id


class Known(Base):
    user_id = "u1"


print(Base().start(), Known().start())
