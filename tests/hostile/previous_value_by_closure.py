import uuid


def handle(user_id: str, run_id="old"):
    def current():
        return run_id

    context = {"thread_id": str(uuid.uuid4()), "previous": current()}
    run_id = str(uuid.uuid4())
    return context, run_id


print(handle("u1"))
