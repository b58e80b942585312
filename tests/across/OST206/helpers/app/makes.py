"""Each function gives one id of a set of its own."""

from shared.id_generation import UnifiedIdGenerator


def new_thread_id(user_id):
    thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "thread")
    return thread_id


def new_run_id(user_id):
    return UnifiedIdGenerator.generate_user_context_ids(user_id, "run")[1]


def new_request_id():
    return UnifiedIdGenerator.generate_base_id("req")
