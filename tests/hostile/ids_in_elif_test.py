import uuid


def check(thread_id, run_id):
    print(thread_id, run_id)
    return True


def handle(user_id: str | None, on):
    if on:
        return "on"
    elif check(thread_id=str(uuid.uuid4()), run_id=str(uuid.uuid4())):
        return "checked"
    return "off"


print(handle("u1", False), handle(None, True))
