import sys
import uuid


def make():
    session_id = str(uuid.uuid4())
    return session_id


print(make(), sys.modules[__name__].uuid.__name__)
# fixes: OST101
# keeps-unused-imports
