import uuid
def f(sent, waited):
    key = str(uuid.uuid4())
    sent(message_id=key)
    waited(message_id=key)
got = []
f(lambda message_id: got.append(message_id), lambda message_id: got.append(message_id))
print("same id:", got[0] == got[1])
