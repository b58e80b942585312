import time
import uuid
ts = 0
def g():
    global ts
    ts = int(time.time())
    run_id = f"run_{ts}_{uuid.uuid4()}"
    return run_id
g()
print(ts > 0)
