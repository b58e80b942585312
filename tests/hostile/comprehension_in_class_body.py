import uuid


class Sessions:
    names = ["a", "b"]
    session_ids = [str(uuid.uuid4()) for name in names]
    run_ids = {name: str(uuid.uuid4()) for name in names}


print(Sessions.session_ids, Sessions.run_ids)
