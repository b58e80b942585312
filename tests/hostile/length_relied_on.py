import uuid


def handle():
    trace_id = uuid.uuid4().hex
    assert len(trace_id) == 32
    return trace_id


print(len(handle()))
