"""Who imports what: what the bytes of files say, and who is found by it."""

from __future__ import annotations

import pytest

from ssot_lint.project.imports import Importers, imports_in
from ssot_lint.project.modules import Modules


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import os, a.b as c, d\n", "a.b d"),
        ("from a.b import c, d as e\nfrom a.b import f\n", "a.b:c,d,f"),
        ("from a import (\n    b,  # (c)\n    d as e,\n)\n", "a:b,d"),
        ("from a import b, \\\n    c\n", "a:b,c"),
        ("from . import a\nfrom .b import *\nfrom ..c import d\n", ".:a .b:* ..c:d"),
        ("def f():\n    from a import b\n", "a:b"),
        ("from typing import Any\nimport json\n", ""),
        ("from a import B\n\nclass C(B, x.D):\n    pass\n", "a:B @B @D @x"),
        ("class C(B): pass\n", ""),
        ("from a import (b\n", "a"),  # no Python, but no harm either
        ("from a import b; import c\n", "a:b"),
    ],
)
def test_what_a_file_imports(source: str, expected: str) -> None:
    assert imports_in(source.encode()) == expected


PROJECT = {
    "app/ids.py": "import uuid\n",
    "app/__init__.py": "from .ids import make_id\n",
    "jobs/direct.py": "from app.ids import make_id\n",
    "jobs/passed_on.py": "from app import make_id as fresh\n",
    "jobs/whole.py": "from app import ids\n",
    "jobs/starred.py": "from app.ids import *\n",
    "jobs/other.py": "from app.ids import other\n",
    "jobs/namesake.py": "from lib.ids import make_id\n",
    "lib/ids.py": "",
    "lib/reader.py": "def read(x): ...\n",
    "main.py": "from jobs.direct import run\nfrom lib.reader import read\n",
    "tests/test_ids.py": "from app.ids import make_id\nfrom lib.ids import b\n",
    "models/base.py": "",
    "models/run.py": "from models.base import Base\nclass Run(Base): ...\n",
    "models/use.py": "from models.base import Base\ndef f(x: Base): ...\n",
}


@pytest.fixture
def importers() -> Importers:
    imports = {path: imports_in(text.encode()) for path, text in PROJECT.items()}
    return Importers(imports, Modules(PROJECT))


def test_who_imports_a_name(importers: Importers) -> None:
    assert importers.of("app/ids.py", "make_id") == (
        "app/__init__.py",
        "jobs/direct.py",
        "jobs/passed_on.py",
        "jobs/starred.py",
        "jobs/whole.py",
    )
    assert importers.of("lib/ids.py", "make_id") == ("jobs/namesake.py",)
    assert importers.of("main.py", "run") == ()


def test_tests_count_for_tests_only(importers: Importers) -> None:
    assert importers.of("tests/test_ids.py", "x") == ()
    assert "tests/test_ids.py" not in importers.of("lib/ids.py", "b")


def test_who_inherits(importers: Importers) -> None:
    assert importers.of("models/base.py", "Base") == ("models/run.py", "models/use.py")
    assert importers.heirs("models/base.py", "Base") == ("models/run.py",)


@pytest.mark.parametrize(
    ("path", "other", "expected"),
    [
        ("jobs/direct.py", "lib/reader.py", True),  # by `main.py`
        ("jobs/direct.py", "app/ids.py", True),  # one imports the other
        ("app/ids.py", "lib/reader.py", False),
        ("app/ids.py", "lib/ids.py", False),  # only a test does
    ],
)
def test_who_brings_files_together(
    importers: Importers, path: str, other: str, *, expected: bool
) -> None:
    assert importers.bring_together(path, other) is expected
    assert importers.bring_together(other, path) is expected


@pytest.mark.parametrize(
    "source",
    [
        "from a import (\n" + "  # b c\n" * 5_000 + "(",
        "from a import (\n" * 5_000,
        "from a import b" + "\\\n" * 5_000 + "(",
        "class A(" + "b," * 50_000,
    ],
)
def test_what_never_ends_is_given_up_at_once(source: str) -> None:
    """A search that tried all ways to read it would not end in a lifetime."""
    assert "(" not in imports_in(source.encode())


def test_circles_end() -> None:
    texts = {"a.py": "from b import x\n", "b.py": "from a import x\n"}
    imports = {path: imports_in(text.encode()) for path, text in texts.items()}

    assert Importers(imports, Modules(texts)).of("a.py", "x") == ("b.py",)
