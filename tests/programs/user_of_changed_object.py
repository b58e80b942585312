import types
import uuid


class Context(types.SimpleNamespace):
    def child(self):
        return types.SimpleNamespace()

    def clear(self):
        del self.user_id


def rebound(ctx):
    print(ctx.user_id)
    ctx = ctx.child()
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return thread_id != run_id


def cleared(ctx):
    print(ctx.user_id)
    ctx.clear()
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return thread_id != run_id


def handed_on(ctx):
    print(ctx.user_id)
    Context.clear(ctx)
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return thread_id != run_id


def set_to_none(ctx):
    print(ctx.user_id)
    ctx.user_id = None
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return thread_id != run_id


def on_one_line(ctx):
    print(ctx.user_id); ctx = None
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return thread_id != run_id, ctx


def on_the_line_of_the_ids(ctx):
    print(ctx.user_id)
    ctx = None; thread_id = str(uuid.uuid4()); run_id = str(uuid.uuid4())
    return thread_id != run_id, ctx


def deleted(ctx):
    del ctx.user_id
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return thread_id != run_id


def declared(ctx):
    ctx.user_id: str
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return thread_id != run_id


def declared_as_none(ctx):
    ctx.user_id: str | None = None
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return thread_id != run_id


def tested(ctx):
    if ctx.user_id is None:
        print("nobody")
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return thread_id != run_id


def replaced(ctx):
    print(ctx.user_id or "anonymous")
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return thread_id != run_id


for function in (rebound, cleared, handed_on, set_to_none, on_one_line, deleted, on_the_line_of_the_ids):
    print(function(Context(user_id="u")))
print(declared(types.SimpleNamespace()), declared_as_none(types.SimpleNamespace()))
print(tested(Context(user_id=None)), replaced(Context(user_id=None)))
