import uuid


def handle(user_id, request_id=None, thread_id=None):
    if not request_id:
        request_id = str(uuid.uuid4())
    if not thread_id:
        thread_id = str(uuid.uuid4())
    return user_id, request_id, thread_id


print(handle("u1"))
print(handle(None))
print(handle(""))
