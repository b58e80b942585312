try:
    import uuid
finally:
    print("imported")
if True:
    from uuid import uuid4


def start():
    session_id = str(uuid.uuid4())
    run_id = str(uuid4())
    return session_id, run_id


print(start())
