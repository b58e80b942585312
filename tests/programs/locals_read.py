import time
import uuid
def f():
    ts = int(time.time())
    run_id = f"run_{ts}_{uuid.uuid4()}"
    return len("run %(run_id)s at %(ts)s" % locals()) > 5
print(f())
