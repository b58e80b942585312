"""Hands ids to functions of another file."""

from app.takes import Pool, Runs, Threads, commented, decorated, is_run, load_any, load_camel
from app.takes import load_run, new_run
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


def otherwise_spelled(context, thread_id, run_id, user_id):
    load_run(context["thread_id"])  # expect: OST305
    load_run(context.get("thread_id"))  # expect: OST305
    load_run(str(thread_id))  # expect: OST305
    load_camel(thread_id)  # expect: OST305
    commented(user_id, thread_id)  # expect: OST305


def of_what_is_another_thing_then(runs: Runs, others, thread_id, run_id):
    runs.load(thread_id)
    runs = others.threads
    return runs.load(thread_id)


def of_each(others, thread_id, run_id):
    runs = Runs()
    runs.load(run_id)
    for runs in others:
        runs.load(thread_id)
    with Pool() as pool:
        pool.load(thread_id)
    pool_of = Pool()
    made = pool_of()
    made.load(thread_id)


def of_a_class(kind: type[Pool], pool, others, run_id, thread_id):
    if isinstance(pool, others.Pool):
        pool.load(run_id, thread_id)
    return kind.load(pool, run_id, thread_id)


def of_a_decorated_function(run_id, thread_id):
    return decorated(run_id, thread_id)
