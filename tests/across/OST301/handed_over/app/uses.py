"""Hands ids of threads to functions of another file, and takes some from there."""

from app import takes
from app.takes import begin as start
from app.takes import Record, Service, Store, begin, either, generated, good_thread, session_thread, told


def by_position(user_id):
    begin(user_id, "session-1")  # expect: OST301@20
    begin(user_id, f"ws_{user_id}", "plain")  # expect: OST301@20
    takes.begin(user_id, "main")  # expect: OST301
    Service("main_service")  # expect: OST301
    Service.load("main_loaded")  # expect: OST301
    Service.of("main_made")  # expect: OST301
    begin(user_id, "It is a sentence")  # expect: OST301 no-fix: it reads as text
    return Record(user_id, "record_1")  # expect: OST301


def by_position_alone(user_id):
    return begin("user", "alone")  # expect: OST301@26


def under_another_name(user_id):
    start(user_id, "other")  # expect: OST301


class Holder:
    def __init__(self, given: Store):
        self.given = given
        self.own = Store()

    def of_objects(self, store: Store):
        store.open("main_store")  # expect: OST301
        self.given.open("given_store")  # expect: OST301
        self.own.open("own_store")  # expect: OST301
        self.own.close("a_reason")
        return unknown_store.open("not_known")


def given(user_id):
    thread_id = session_thread(user_id)  # expect: OST301@17 says: thread_id "session_..." does not start with "thread_"; use an id from `UnifiedIdGenerator.generate_user_context_ids`; `session_thread` in app/takes.py, line 43 gives it so no-fix: a function gives it
    begin(user_id, thread_id=generated())  # expect: OST301 no-fix: a function gives it
    return {"thread_id": takes.session_thread(user_id), "user_id": user_id}  # expect: OST301 no-fix: a function gives it


def silent(user_id, session, handed):
    begin(user_id, "thread_1")
    begin(user_id, "", "plain")
    told("main", "session-1")
    begin("main", session, "session-1")
    begin(user_id, "unknown")
    thread_id = good_thread(user_id)
    thread_id = either(user_id, handed)
    thread_id = session.session_thread(user_id)
    thread_id = takes.placeholder()
    session_id = session_thread(user_id)
    return thread_id, session_id
