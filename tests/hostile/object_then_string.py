import uuid


def handle(user_id: str, request_id=None):
    request_id = request_id or uuid.uuid4()
    return type(request_id).__name__, len(str(request_id))


print(handle("u1"), handle("u1", "r"))
