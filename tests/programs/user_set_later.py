import asyncio
import uuid
from dataclasses import dataclass


class Session:
    user_id: str

    def __init__(self, user):
        self.thread_id = str(uuid.uuid4())
        self.run_id = str(uuid.uuid4())
        self.user_id = user


class Bare:
    user_id: str

    def begin(self):
        self.thread_id = str(uuid.uuid4())
        self.run_id = str(uuid.uuid4())


@dataclass
class Login:
    user_id: str

    async def begin(self):
        del self.user_id
        self.thread_id = str(uuid.uuid4())
        self.run_id = str(uuid.uuid4())
        self.user_id = await login()

    def reset(self):
        self.user_id = None
        self.thread_id = str(uuid.uuid4())
        self.run_id = str(uuid.uuid4())


async def login():
    return "u2"


print(Session("u").user_id)
bare = Bare()
bare.begin()
one = Login("u1")
asyncio.run(one.begin())
print(one.user_id)
one.reset()
print(one.user_id, bare.thread_id != bare.run_id)
