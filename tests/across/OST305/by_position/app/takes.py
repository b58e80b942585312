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


class Pool:
    def load(self, run_id, thread_id):
        return run_id, thread_id

    def __call__(self):
        return Threads()

    def __enter__(self):
        return Threads()


def handing_on(function):
    def inner(*args):
        return function(None, *args)

    return inner


@handing_on
def decorated(session, run_id, thread_id):
    return session, run_id, thread_id


def load_camel(runId):
    return runId


def commented(  # takes (some) ids):
    user_id,  # who asks (or nobody):
    run_id=None,
):
    return user_id, run_id
