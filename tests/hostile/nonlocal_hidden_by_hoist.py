import uuid


def outer(user_id: str):
    run_id = "run_outer"

    def handle():
        context = dict(thread_id=str(uuid.uuid4()), run_id=str(uuid.uuid4()))
        print(run_id)
        return context

    return handle(), run_id


print(outer("u1"))
