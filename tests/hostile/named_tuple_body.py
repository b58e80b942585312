import uuid
from typing import NamedTuple


class Session(NamedTuple):
    user_id: str
    thread_id: str = str(uuid.uuid4())
    run_id: str = str(uuid.uuid4())


print(Session._fields, Session("u1"))
