"""Findings say where a generated id goes that it does not suit."""

from __future__ import annotations

import pytest

from ssot_lint import check_source

BEFORE = """\
import uuid
from shared.id_generation import UnifiedIdGenerator as G
from sqlalchemy import Column, String

class Row(Base):
    run_id = Column(String(36))
    thread_id = Column(String(255))
    request_id: uuid.UUID

"""
PIECEMEAL = "    thread_id = G.generate_base_id('thread')\n    run_id = G.generate_base_id('run')\n"
TWICE = "    {} = G.generate_user_context_ids(user_id, 'a')\n" * 2


@pytest.mark.parametrize(
    ("body", "code", "note"),
    [
        (
            PIECEMEAL + "    return uuid.UUID(thread_id), run_id",
            "OST202",
            "mind `thread_id`: it is handed to `UUID()`",
        ),
        (
            PIECEMEAL + "    return Row(run_id=run_id, thread_id=thread_id)",
            "OST202",
            "mind `run_id`: its width is fixed to 36 characters",
        ),
        (PIECEMEAL + "    return Row(thread_id=thread_id), run_id", "OST202", None),
        (PIECEMEAL + "    return str(thread_id), run_id", "OST202", None),
        (
            TWICE.format("t, _, _", "_, r, request_id") + "    return Row(request_id=request_id)",
            "OST201",
            "mind `request_id`: a UUID object is needed: that is how `request_id` is annotated",
        ),
        (
            "    return uuid.UUID(G.generate_base_id('run')[:5])",
            "OST303",
            "mind the id: it is handed to `UUID()`",
        ),
    ],
)
def test_the_message_names_what_does_not_suit(body: str, code: str, note: str | None) -> None:
    source = f"{BEFORE}def f(user_id):\n{body}\n".encode()
    findings = check_source(source, "a.py").findings

    messages = [finding.message for finding in findings if finding.code == code]
    assert len(messages) == 1
    assert (note in messages[0]) if note else ("mind" not in messages[0])
