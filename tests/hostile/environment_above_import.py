import os

os.environ.setdefault("SSOT_LINT_HOSTILE", "test")
import uuid


def f():
    session_id = str(uuid.uuid4())
    return session_id


print(f())
# fixes: OST101
