"""A second maker of ids; calls in its own file are its own."""

import uuid


class IdManager:
    def __init__(self, name="ids"):
        self.name = name

    def generate_id(self, kind):
        return f"{kind}_{uuid.uuid4().hex}"  # expect: OST101

    @classmethod
    def generate_run_id(cls, thread_id: str) -> str:
        return f"run_{thread_id}_{cls.new_id()}"  # expect: OST304

    @classmethod
    def generate_thread_id(cls) -> str:
        return str(uuid.uuid4())  # expect: OST101 no-fix: is put in front of what

    @staticmethod
    def new_id():
        return 1

    @classmethod
    def get_stats(cls):
        return {}

    @staticmethod
    def is_valid(run_id):
        return bool(run_id)


_MANAGER = IdManager()


def get_id_manager() -> IdManager:
    return _MANAGER


def new_number() -> str:
    return IdManager.generate_thread_id()


def generate_session_id() -> str:
    return get_id_manager().generate_id("session")
