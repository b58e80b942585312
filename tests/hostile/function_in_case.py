import uuid


def handle(kind):
    match kind:
        case 1:
            def inner():
                session_id = str(uuid.uuid4())
                return session_id

            session_id = inner()
        case _:
            session_id = str(uuid.uuid4())
    return session_id


print(handle(1), handle(2))
