import uuid; import json


def start(user_id: str):
    thread_id = str(uuid.uuid4()); print("made", user_id); run_id = str(uuid.uuid4())
    return thread_id, run_id


print(start("u1"), json.dumps(1))
# fixes: OST101
