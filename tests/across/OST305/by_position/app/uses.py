"""Hands ids to functions of another file."""

from app.takes import Runs, Threads, is_run, load_any, load_run, new_run
from app.takes import load_run as load


def handed_by_position(thread_id, run_id, user_id):
    load_run(thread_id)  # expect: OST305 says: `thread_id` is a thread_id and becomes a run_id
    load_run(run_id, thread_id)  # expect: OST305@22
    load(user_id)  # expect: OST305
    load_run(run_id or thread_id)  # expect: OST305@24
    load_run(run_id, user_id)
    load_any(thread_id)
    is_run(thread_id)
    load_run(parent_thread_id, user_id)
    return load_run(*thread_id)


class Service:
    def __init__(self, runs: Runs):
        self.runs = runs
        self.threads = Threads()

    def of_objects(self, context):
        self.runs.load(context.thread_id)  # expect: OST305
        self.runs.load(context.run_id, context.thread_id)
        self.threads.load(context.thread_id)
        self.threads.load(context.run_id)  # expect: OST305
        self.others.load(context.run_id)


def given(user_id):
    thread_id = new_run(user_id)  # expect: OST305 says: `new_run(user_id)` is a run_id and becomes a thread_id
    run_id = new_run(user_id)
    return {"thread_id": new_run(user_id), "runs": run_id, "other": thread_id}  # expect: OST305
