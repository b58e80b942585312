import enum
import uuid


class Kind(enum.Enum):
    user_id = "u1"
    context = str(dict(thread_id=str(uuid.uuid4()), run_id=str(uuid.uuid4())))


print(sorted(Kind.__members__))
