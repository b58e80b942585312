from shared.id_generation.unified_id_generator import UnifiedIdGenerator


class Session:
    def show(self):
        print(sorted(vars(self)))

    def start(self, user_id: str):
        self.thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
        self.show()
        _, self.run_id, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "a")
        self.show()


Session().start("u1")
