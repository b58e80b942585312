"""Finds objects again by texts of their addresses."""

from app.makes import CONNECTIONS


def disconnect(websocket):
    CONNECTIONS.pop(f"conn_{id(websocket)}", None)


def shown(websocket):
    print(f"session_{id(websocket)}")
    return CONNECTIONS.get(f"task_{id(websocket)}")


def of_a_stream(owner, manager):
    manager.gone(f"job_{id(owner)}")
    return CONNECTIONS["stream_%d" % id(owner)]


def is_run(run, owner):
    return run == f"run_{id(owner)}"
