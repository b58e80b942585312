from uuid import *


def start():
    session_id = str(uuid4())
    return session_id, UUID(int=0).int


print(start())
# fixes: OST101
