import uuid


class Session:
    @property
    def thread_id(self):
        return self._thread

    @thread_id.setter
    def thread_id(self, value):
        print("set while", vars(self).get("run_id"))
        self._thread = value

    def start(self, user_id: str):
        self.thread_id = str(uuid.uuid4())
        self.run_id = str(uuid.uuid4())
        return self.thread_id, self.run_id


print(Session().start("u1"))
