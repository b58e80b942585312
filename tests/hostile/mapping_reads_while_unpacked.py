import uuid


class More(dict):
    def keys(self):
        print("keys")
        return super().keys()


def handle(user_id: str):
    return {"thread_id": str(uuid.uuid4()), **More(a=1), "run_id": str(uuid.uuid4())}


print(handle("u1"))
