import time
from enum import Enum


class Kind(str, Enum):
    A = "a"


run_id = "run_" + Kind.A + "_" + str(time.time())
print(run_id[:6])
