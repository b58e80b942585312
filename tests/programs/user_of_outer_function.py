import uuid
def outer(get):
    def inner():
        run_id = str(uuid.uuid4())
        request_id = str(uuid.uuid4())
        return run_id, request_id
    first = inner()
    user_id = get(first)
    return first, user_id
print(len(outer(lambda x: "u")[0]))
