import uuid


def steps(user_id: str):
    thread_id = str(uuid.uuid4())
    user = yield thread_id
    print(user)
    run_id = str(uuid.uuid4())
    yield run_id


going = steps("u1")
print(next(going))
print(going.send("u2"))
