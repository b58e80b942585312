import uuid


class Session:
    run_id = "old"

    def describe(self):
        return "after " + self.run_id

    def start(self, user_id: str):
        self.context = {"thread_id": str(uuid.uuid4()), "text": self.describe()}
        self.run_id = str(uuid.uuid4())
        return vars(self)


print(Session().start("u1"))
