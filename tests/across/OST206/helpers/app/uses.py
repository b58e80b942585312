"""Puts ids of several calls together, which functions of another file make."""

from app.makes import new_request_id, new_run_id, new_thread_id


class UserExecutionContext:
    def __init__(self, user_id, thread_id, run_id=None, request_id=None):
        self.ids = (user_id, thread_id, run_id, request_id)


def mixed(user_id):
    thread_id = new_thread_id(user_id)
    run_id = new_run_id(user_id)
    return UserExecutionContext(user_id, thread_id, run_id)  # expect: OST206 says: thread_id comes from `UnifiedIdGenerator` on line 12 and run_id from `UnifiedIdGenerator` on line 13 no-fix: whose


def beside_a_single_one(user_id):
    return UserExecutionContext(user_id, new_thread_id(user_id), request_id=new_request_id())


def given(user_id, run_id):
    return UserExecutionContext(user_id, new_thread_id(user_id), run_id)
