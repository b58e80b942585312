import uuid
class A:
    run_id = None
    def __init__(self, user_id):
        self.thread_id = str(uuid.uuid4())
        self.announce()
        self.run_id = str(uuid.uuid4())
    def announce(self):
        print("run known:", self.run_id is not None)
A("u")
