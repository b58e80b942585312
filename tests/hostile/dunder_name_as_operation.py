import uuid


class Maker:
    def __call__(self, user_id: str):
        thread_id = str(uuid.uuid4())
        run_id = str(uuid.uuid4())
        return thread_id, run_id

    def __init_subclass__(cls, /, user_id: str = "u1", **more):
        cls.ids = {"thread_id": str(uuid.uuid4()), "run_id": str(uuid.uuid4())}


class Other(Maker, user_id="u2"):
    pass


print(Maker()("u1"), Other.ids)
