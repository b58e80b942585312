def prepare():
    import uuid
    session_id = str(uuid.uuid4())
    return session_id


def nothing():
    from uuid import uuid4


print(prepare(), nothing())
# fixes: OST101
