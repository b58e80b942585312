import types
import uuid
def f(ctx, user_id):
    ctx.thread_id = str(uuid.uuid4())
    ctx = types.SimpleNamespace(parent=ctx)
    ctx.run_id = str(uuid.uuid4())
    return ctx
print(hasattr(f(types.SimpleNamespace(), "u"), "run_id"))
