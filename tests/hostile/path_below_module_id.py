import sys
import uuid

first_id = str(uuid.uuid4())
sys.path.insert(0, "nowhere")


def f():
    session_id = str(uuid.uuid4())
    return session_id


print(first_id, f())
