"""Situation 2: when the generator fails, uuid steps in."""

import time
import uuid

from app.context import UserExecutionContext
from shared.id_generation import UnifiedIdGenerator


def create_context(user_id):
    try:
        thread_id, run_id, request_id = UnifiedIdGenerator.generate_user_context_ids(user_id, "ws")
    except Exception:
        suffix = str(uuid.uuid4())[:8]
        stamp = int(time.time())
        thread_id = f"ws_thread_{stamp}_{suffix}"
        run_id = f"ws_run_{stamp}_{suffix}"
        request_id = f"ws_req_{stamp}_{suffix}"
    return UserExecutionContext(user_id, thread_id, run_id, request_id)


def new_connection():
    return {"connection_id": f"conn_{uuid.uuid4().hex[:8]}", "opened": time.time()}
