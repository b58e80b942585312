"""An import that is there for others stays, though a fix takes its last use."""

from __future__ import annotations

import pytest

from ssot_lint import Settings, fix_source
from tests.helpers.fixture_files import BACKEND


@pytest.mark.parametrize(
    ("path", "imported", "stays"),
    [
        ("src/pkg/__init__.py", "from uuid import uuid4", True),
        ("src/pkg/__init__.py", "from uuid import uuid4 as uuid4", True),
        ("src/a.py", "from uuid import uuid4 as uuid4", True),
        ("src/a.py", "from uuid import uuid4", False),
        ("src/a.py", "from uuid import uuid4\n\n__all__ = ['uuid4']", True),
    ],
)
def test_imports_for_others(path: str, imported: str, stays: bool) -> None:
    source = f"{imported}\n\n\ndef make_run_id():\n    return str(uuid4())\n"
    fixed = fix_source(source.encode(), path, Settings(root=BACKEND)).source

    assert fixed is not None
    assert b"generate_base_id" in fixed
    assert (b"from uuid import" in fixed) is stays
