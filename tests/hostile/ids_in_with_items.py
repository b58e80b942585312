import contextlib
import uuid


@contextlib.contextmanager
def room(**ids):
    print("in", ids)
    yield ids
    print("out")


def handle(user_id: str | None, first):
    with first(), room(thread_id=str(uuid.uuid4()), run_id=str(uuid.uuid4())) as ids:
        return ids


@contextlib.contextmanager
def nothing():
    print("first")
    yield


@contextlib.contextmanager
def refusing():
    raise PermissionError
    yield


print(handle("u1", nothing))
try:
    handle(None, refusing)
except PermissionError:
    print("refused")
