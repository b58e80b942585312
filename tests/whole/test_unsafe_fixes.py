"""Programs run to the same end after unsafe fixes that hand on other ids than before.

`tests/evidence/unsafe.txt` holds them; each shows what must not depend on which id it is: how many
there are, which of them are the same, whether the program comes to its end.
"""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from ssot_lint.engine.checker import Checker
from tests.helpers.behaviour import project_below, run, settings_below
from tests.helpers.fixture_files import ROOT

HEAD = """\
from app.ids import IdManager
from shared.id_generation.unified_id_generator import UnifiedIdGenerator


class Context:
    def __init__(self, thread_id, run_id, request_id=None, user_id=None):
        self.thread_id, self.run_id, self.request_id = thread_id, run_id, request_id


UserExecutionContext = Context


"""


class IdManager:
    """What the programs import from `app.ids`."""

    count = 0

    @classmethod
    def generate_run_id(cls) -> str:
        """Another one each time."""
        cls.count += 1
        return f"run_{cls.count}"


TEXT = (ROOT / "tests" / "evidence" / "unsafe.txt").read_text()
PROGRAMS = dict(part.partition("\n")[::2] for part in re.split(r"(?m)^=== ", TEXT)[1:])


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project_below(tmp_path_factory.mktemp("unsafe"))


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_program_comes_to_the_same_end(
    name: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = ModuleType("app.ids")
    module.IdManager = IdManager  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "app", ModuleType("app"))
    monkeypatch.setitem(sys.modules, "app.ids", module)
    code = f"OST{name[:3]}"
    settings, api = settings_below(root)
    settings = replace(settings, other_makers=("app.ids.IdManager",), select=(code,))
    checker = Checker(settings, lambda: api)
    path = str(root / "app" / "program.py")
    source = (HEAD + PROGRAMS[name]).encode()
    before = run(source).events
    assert before
    assert "raised" not in str(before)

    found = {finding.code for finding in checker.check(source, path).findings}
    assert (code in found) is ("# silent" not in PROGRAMS[name])

    fixed = checker.fix(source, path, unsafe=True)

    assert (code in {one.code for one in fixed.fixed}) is ("# fixes" in PROGRAMS[name])
    assert run(fixed.source or source).events == before, (fixed.source or b"").decode()
