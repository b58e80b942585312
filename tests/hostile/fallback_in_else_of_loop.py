import uuid


def handle(user_id: str, work, batch_id=str(uuid.uuid4())):
    for _ in ():
        pass
    else:
        try:
            thread_id = str(uuid.uuid4())
            work()
        except ZeroDivisionError:
            context = dict(thread_id=str(uuid.uuid4()), request_id=uuid.uuid4().hex)
            return context
    return thread_id


print(handle("u1", dict), handle("u1", lambda: 1 / 0))
