"""Situation 1: the generator is called twice, and the results are mixed."""

from shared.id_generation import UnifiedIdGenerator


def open_session(user_id, request_id=None, thread_id=None):
    if not request_id:
        _, _, request_id = UnifiedIdGenerator.generate_user_context_ids(user_id, "session")
    if not thread_id:
        thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "session")
    return {"user": user_id, "request": request_id, "thread": thread_id}
