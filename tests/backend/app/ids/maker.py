"""Another generator, for fixtures whose settings name it."""


class Maker:
    @staticmethod
    def generate_base_id(prefix: str) -> str: ...

    @staticmethod
    def generate_user_context_ids(user_id: str, operation: str) -> tuple[str, str, str]: ...
