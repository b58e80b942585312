from shared.id_generation.unified_id_generator import UnifiedIdGenerator


class Context:
    def __init__(self, request_id=None, thread_id=None):
        self.request_id = request_id
        self.thread_id = thread_id

    def fill(self, user_id: str):
        if not self.request_id:
            _, _, self.request_id = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
        if not self.thread_id:
            self.thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
        return vars(self)


print(Context().fill("u1"), Context("r").fill("u1"), Context("r", "t").fill("u1"))
