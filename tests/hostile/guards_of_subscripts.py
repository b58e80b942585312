from shared.id_generation.unified_id_generator import UnifiedIdGenerator


class Store(dict):
    def __missing__(self, key):
        print("missing", key)
        return None


def handle(user_id: str, store):
    if not store["request_id"]:
        _, _, store["request_id"] = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
    if not store["thread_id"]:
        store["thread_id"], _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
    return store


print(handle("u1", Store()), handle("u1", Store(request_id="r")))
