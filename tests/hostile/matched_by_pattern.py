import re
import uuid

KNOWN = re.compile(r"[0-9a-f-]{36}")


def make():
    session_id = str(uuid.uuid4())
    return session_id


def check(session_id):
    return bool(KNOWN.fullmatch(session_id))


print(check(make()))
