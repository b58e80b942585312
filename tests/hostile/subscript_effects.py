import uuid


class Store(dict):
    def __setitem__(self, key, value):
        print("store", key, sorted(self))
        super().__setitem__(key, value)


def handle(user_id: str, store):
    store["request_id"] = str(uuid.uuid4())
    store["thread_id"] = str(uuid.uuid4())
    store[user_id] = str(uuid.uuid4())
    return store


print(handle("u1", Store()))
