import uuid
def f(user):
    return dict(user_id=user.id, run_id=str(uuid.uuid4()), request_id=str(uuid.uuid4())) if user else None
print(f(None))
