"""Functions that take ids of several kinds."""

from shared.id_generation import UnifiedIdGenerator


def load_run(run_id, user_id=None):
    return run_id, user_id


def load_any(some_id):
    return some_id


def is_run(run_id):
    return bool(run_id)


def new_run(user_id):
    _, run_id, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "new")
    return run_id


class Runs:
    def load(self, run_id, thread_id=None):
        return run_id, thread_id


class Threads:
    def load(self, thread_id):
        return thread_id
