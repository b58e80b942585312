"""Exempt: may build ids by hand, and whoever calls it goes round the generator."""

import time
import uuid


def make_trace_id() -> str:
    return f"trace_{uuid.uuid4().hex}"


def new_session_id():
    session_id = f"session_{int(time.time())}"
    return session_id


def accepted_id():
    return str(uuid.uuid4())


def make_table_name(user_id):
    return f"table_{user_id}"
