"""Calls other makers than the generator."""

import app.core as core
from app import IdManager as Known
from app.core import IdManager, get_id_manager, new_number
from legacy import made
from legacy.made import accepted_id, make_table_name, make_trace_id, new_session_id

from shared.id_generation import UnifiedIdGenerator


def of_the_class(user_id, thread_id):
    run_id = IdManager.generate_run_id(thread_id)  # expect: OST105 says: `IdManager.generate_run_id()` makes ids beside the generator
    return run_id


def of_one_kind():
    thread_id = IdManager.generate_thread_id()  # expect: OST105 says: it is defined in app/core.py, line 18
    return thread_id


def of_a_module():
    run_id = core.IdManager.generate_thread_id()  # expect: OST105
    return run_id


def of_a_package():
    request_id = Known.generate_thread_id()  # expect: OST105
    return request_id


def of_an_object(user_id):
    manager = IdManager()
    session_id = manager.generate_id("session")  # expect: OST105
    return session_id


def of_what_is_handed_in(manager: IdManager):
    session_id = manager.generate_id("session")  # expect: OST105
    return session_id


def of_a_getter():
    session_id = get_id_manager().generate_id("session")  # expect: OST105
    return session_id


def of_a_function():
    number_id = new_number()  # expect: OST105
    return number_id


def of_an_exempt_file():
    trace_id = make_trace_id()  # expect: OST105 says: it is defined in legacy/made.py, line 7
    session_id = new_session_id()  # expect: OST105
    return trace_id, session_id, made.make_trace_id()  # expect: OST105 no-fix: nothing here says what kind


def in_a_text():
    thread_id = f"thread_{IdManager.generate_thread_id()}"  # expect: OST105
    return thread_id


class Keeper:
    def __init__(self):
        self.manager = IdManager()

    def keep(self):
        run_id = self.manager.generate_id("run")  # expect: OST105
        return run_id


def of_methods_that_are_not_there(run_id, user_id):
    IdManager.get_format_info(run_id)  # expect: OST204 says: `IdManager.get_format_info` does not exist in app/core.py, line 6
    thread_id = IdManager.generate_threads_id()  # expect: OST204 says: did you mean `generate_thread_id`?
    handler = IdManager.handle  # expect: OST204
    if hasattr(IdManager, "later"):
        IdManager.later(run_id)
    return thread_id, handler, IdManager().name, get_id_manager().whatever


def silent(user_id, manager, run_id):
    IdManager.get_stats()
    IdManager.is_valid(run_id)
    other_id = manager.generate_id("other")
    table = make_table_name(user_id)
    accepted = accepted_id()
    return other_id, table, accepted, UnifiedIdGenerator.generate_base_id("run")
