import uuid

kept = uuid.uuid4


def start():
    session_id = str(uuid.uuid4())
    return session_id


uuid.uuid4 = lambda: "patched"
try:
    print(start())
finally:
    uuid.uuid4 = kept
print(start())
