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
