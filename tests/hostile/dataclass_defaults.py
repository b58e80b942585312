import uuid
from dataclasses import dataclass, field


@dataclass
class Session:
    user_id: str = ""
    thread_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    run_id: str = field(default_factory=lambda: f"run_{uuid.uuid4().hex[:8]}")

    def __post_init__(self):
        self.request_id = str(uuid.uuid4())


one, two = Session(), Session("u1", "t")
print(one, two, one.request_id)
# fixes: OST101
