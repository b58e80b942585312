import uuid
def f(req):
    name = req.user_id if req else None
    run_id = str(uuid.uuid4())
    request_id = str(uuid.uuid4())
    return name, run_id, request_id
print(len(f(None)))
