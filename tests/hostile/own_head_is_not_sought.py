import uuid


def make():
    message_id = "msg-" + uuid.uuid4().hex
    return message_id


print(bool(make()))
# fixes: OST101
