from shared.id_generation.unified_id_generator import UnifiedIdGenerator


class Context:
    thread_id = None
    _request = None

    @property
    def request_id(self):
        return self._request

    @request_id.setter
    def request_id(self, value):
        self._request = value
        self.thread_id = "thread_of_setter"

    def fill(self, user_id: str):
        if not self.request_id:
            _, _, self.request_id = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
        if not self.thread_id:
            self.thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "s")
        return vars(self)


print(Context().fill("u1"))
