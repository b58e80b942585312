import uuid


class Service:
    user_id = "nobody"

    def login(self):
        self.user_id = "u1"
        return "session"

    def begin(self):
        return dict(
            session=self.login(),
            user_id=self.user_id,
            thread_id=str(uuid.uuid4()),
            run_id=str(uuid.uuid4()),
        )


print(Service().begin()["user_id"], len(Service().begin()))
