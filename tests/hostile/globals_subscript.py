import uuid


def make():
    session_id = str(uuid.uuid4())
    return session_id


print(make(), globals()["uuid"].__name__)
# fixes: OST101
# keeps-unused-imports
