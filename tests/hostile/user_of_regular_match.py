import re
import uuid


def handle(text):
    user_id = re.match(r"(u\d)?", text)[1]
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return user_id, thread_id, run_id


print(handle("u1"), handle("x"))
