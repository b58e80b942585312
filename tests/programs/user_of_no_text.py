import os
import uuid
from typing import Optional


def ids():
    return None


def find() -> Optional[str]:
    return None


def header(default):
    return default


def warn():
    pass


def checked_for_another(data):
    user_id = data.get("user")
    if user_id == "admin":
        return None
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return thread_id != run_id


def checked_below(data):
    user_id = data.get("user")
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    if user_id is None:
        return thread_id != run_id
    return user_id


def of_environment():
    user_id = os.getenv("NO_SUCH_USER_ID")
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return user_id, thread_id != run_id


def of_function():
    user_id = find()
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return user_id, thread_id != run_id


def only_warned(lookup):
    if (user_id := lookup()) is None:
        warn()
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return user_id, thread_id != run_id


def false_instead(data):
    user_id = data["user"] if data else False
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return user_id, thread_id != run_id


def include(include_user_id: bool):
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return include_user_id, thread_id != run_id


def several(user_id: list[str]):
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return user_id, thread_id != run_id


def collected(*user_id):
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return user_id, thread_id != run_id


def of_another_type(user_id: uuid.UUID):
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return user_id, thread_id != run_id


def function_inside():
    def user_id():
        return "u"

    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return user_id(), thread_id != run_id


def matched(data):
    match data:
        case {"u": None as user_id}:
            thread_id = str(uuid.uuid4())
            run_id = str(uuid.uuid4())
            return user_id, thread_id != run_id


def default_of_framework(user_id=header(None)):
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return user_id, thread_id != run_id


print(checked_for_another({}), checked_below({}), of_environment(), of_function())
print(only_warned(ids), false_instead({}), include(True), several([]), collected())
print(of_another_type(uuid.NAMESPACE_DNS), function_inside(), matched({"u": None}))
print(default_of_framework())
