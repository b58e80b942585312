import uuid


def start(given=None):
    session_id = given or \
        str(uuid.uuid4())
    run_id = \
        str(uuid.uuid4())
    return session_id, run_id


print(start(), start("g"))
# fixes: OST101
