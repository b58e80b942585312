"""Calls by which tests put something else in the place of a function or a module."""

from __future__ import annotations

import ast

from ssot_lint.analysis.syntax.parsing import last_name, last_name_of

PATCHING = frozenset({"patch", "setattr"})
"""The last words of what they call, or of its owner."""


def is_patch(func: ast.expr) -> bool:
    """Whether it is `patch`, `patch.object`, `monkeypatch.setattr` and the like."""
    owner = func.value if isinstance(func, ast.Attribute) else None
    return last_name_of(func) in PATCHING or (owner is not None and last_name(owner) == "patch")
