import uuid

SESSION_ID = str(uuid.uuid4())
del uuid
print(SESSION_ID)
