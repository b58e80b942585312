import uuid


class Context:
    run_id = None


def handle(user_id: str, context, other):
    context.thread_id = str(uuid.uuid4())
    context, other = other, context
    context.run_id = str(uuid.uuid4())
    return vars(context), vars(other)


print(handle("u1", Context(), Context()))
