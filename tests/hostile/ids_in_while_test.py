import uuid


def check(thread_id, run_id, seen=[]):
    seen.append((thread_id, run_id))
    return len(set(seen)) < 3


def handle(user_id: str):
    rounds = 0
    while check(thread_id=str(uuid.uuid4()), run_id=str(uuid.uuid4())):
        rounds += 1
    return rounds


print(handle("u1"))
