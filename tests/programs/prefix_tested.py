import uuid
def f():
    thread_id = f"ws_thread_{uuid.uuid4().hex}"
    return "ws" if thread_id.startswith("ws_") else "other"
print(f())
