import uuid
from shared.id_generation.unified_id_generator import UnifiedIdGenerator
class Bus:
    user_id = "one"
    def switch(self):
        self.user_id = "two"
    def f(self, ctx):
        ctx["t"], _, _ = UnifiedIdGenerator.generate_user_context_ids(self.user_id, "s")
        t, _, _ = UnifiedIdGenerator.generate_user_context_ids(self.user_id, "a")
        self.switch()
        _, r, _ = UnifiedIdGenerator.generate_user_context_ids(self.user_id, "b")
        return t, r
print(Bus().f({}))
