from typing import Optional
from uuid import uuid4


def handle(user_id: "Optional[str]"):
    thread_id = str(uuid4())
    run_id = str(uuid4())
    return user_id, thread_id, run_id


print(handle("u1"), handle(None))
