import uuid


def _(text):
    return text.upper()


def handle(user_id: str):
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return _("made"), thread_id, run_id


print(handle("u1"))
