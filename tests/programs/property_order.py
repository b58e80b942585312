from uuid import uuid4


class Context:
    def __init__(self, user_id):
        self.run_id = str(uuid4())
        self.thread_id = str(uuid4())

    @property
    def thread_id(self):
        return self._thread_id

    @thread_id.setter
    def thread_id(self, value):
        self._thread_id = value if self.run_id else ""


print(bool(Context("u1").thread_id))
