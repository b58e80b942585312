from uuid import uuid4


class Context:
    def __init__(self):
        self.thread_id = str(uuid4())

    def key(self):
        return dict(thread_id="thread_" + self.thread_id)


print(Context().key()["thread_id"].count("thread_"))
