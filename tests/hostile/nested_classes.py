import uuid


class Outer:
    run_id = str(uuid.uuid4())

    class Inner:
        run_id = str(uuid.uuid4())

        def start(self, user_id: str):
            self.thread_id = str(uuid.uuid4())
            self.run_id = str(uuid.uuid4())
            return self.thread_id, self.run_id


print(Outer.run_id, Outer.Inner.run_id, Outer.Inner().start("u1"))
# fixes: OST101
