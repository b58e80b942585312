import uuid


def handle(user_id: str):
    request_id = str(uuid.uuid4())
    try:
        if not user_id:
            raise PermissionError(request_id)
        thread_id = str(uuid.uuid4())
        run_id = str(uuid.uuid4())
    except PermissionError as error:
        return "refused", str(error)
    return request_id, thread_id, run_id


print(handle("u1"), handle(""))
