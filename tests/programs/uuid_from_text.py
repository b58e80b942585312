import uuid
def f():
    item_id = str(uuid.uuid4())
    return uuid.UUID(f"{item_id}").version
print(f())
