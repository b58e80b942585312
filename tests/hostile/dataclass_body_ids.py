import uuid
from dataclasses import dataclass, fields


@dataclass
class Session:
    user_id: str = "u1"
    thread_id: str = str(uuid.uuid4())
    run_id: str = str(uuid.uuid4())


print([field.name for field in fields(Session)], Session(), Session.__annotations__)
