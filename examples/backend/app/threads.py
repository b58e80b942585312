"""Situation 3: thread ids without their prefix reach the database."""

from uuid import uuid4

from app.context import UserExecutionContext


def resume(request, user_id):
    thread_id = request.get("thread_id", "default")
    return UserExecutionContext(user_id, thread_id, request["run_id"], str(uuid4()))


def broadcast(user_id, run_id, request_id):
    return UserExecutionContext(
        user_id=user_id,
        thread_id=f"ws_thread_{user_id}",
        run_id=run_id,
        request_id=request_id,
    )


def find(session, thread_id):
    # Comparing is fine: nothing is made here.
    return None if thread_id == "default" else session.get(thread_id)
