import uuid


class Service:
    def __init__(self, user_id=None):
        self.user_id = user_id

    def start(self):
        self.thread_id = str(uuid.uuid4())
        self.run_id = str(uuid.uuid4())
        return self.user_id, self.thread_id, self.run_id


print(Service("u1").start(), Service().start())
