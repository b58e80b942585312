import os
import uuid


def handle():
    user_id = os.environ.get("NOBODY_HAS_THIS")
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return user_id, thread_id, run_id


print(handle())
