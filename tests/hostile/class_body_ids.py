import uuid


class Session:
    user_id: str = "u1"
    ids = dict(thread_id=str(uuid.uuid4()), run_id=str(uuid.uuid4()))


print(sorted(name for name in vars(Session) if not name.startswith("__")), Session.ids)
