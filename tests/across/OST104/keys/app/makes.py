"""Puts objects under texts of their addresses."""

CONNECTIONS = {}


def connect(websocket):
    connection_id = f"conn_{id(websocket)}"
    CONNECTIONS[connection_id] = websocket
    return connection_id


def open_session(owner):
    session_id = f"session_{id(owner)}"  # expect: OST104
    return session_id


def open_task(owner):
    task_id = f"task_{hash(owner)}"  # expect: OST104
    return task_id


def open_stream(owner):
    stream_id = "stream_%d" % id(owner)
    CONNECTIONS[stream_id] = owner


def open_run(owner):
    run_id = f"run_{id(owner)}"  # expect: OST104
    return run_id


class Manager:
    def add(self, owner):
        job_id = f"job_{id(owner)}"
        CONNECTIONS[job_id] = owner

    def remove(self, job_id):
        CONNECTIONS.pop(job_id, None)
