import uuid

if True:
    import uuid as again


def make(local):
    if local:
        import uuid as inner
    else:
        return str(again.uuid4())
    session_id = str(inner.uuid4())
    return session_id


print(make(True), make(False), uuid.__name__)
