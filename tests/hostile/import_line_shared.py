import os, uuid, sys


def start():
    session_id = str(uuid.uuid4())
    return session_id


print(start(), os.sep in "/\\", sys.maxsize > 0)
# fixes: OST101
