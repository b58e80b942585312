"""Programs in which something minds the form of an id do the same after the safe fixes.

`tests/evidence/*.txt` hold some hundred small programs, each behind a line with its name. In
most of them the file that makes an id cuts, parses, measures or sorts it somewhere else. In those
of `controls.txt` nothing does, though other texts are cut and parsed: there the fix must be safe.

What fails today stands in `KNOWN_BROKEN` and `KNOWN_UNSAFE`; what is mended must leave them.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from ssot_lint.engine.checker import Checker
from tests.helpers import forked
from tests.helpers.behaviour import checker_below, project_below
from tests.helpers.fixture_files import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="programs are run by forks"),
]

FOLDER = ROOT / "tests" / "evidence"
# The only ids that programs print are whole ones: each becomes the number of its first appearance.
_ID = re.compile(
    r"(?:[A-Za-z]\w*?_)?1700000000000_\d+_[0-9a-f]{8}"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}"
)
ORDER = "the order of ids among other texts matters"
NAMED = "what minds the form has a name that tells of something else"
WIDTH = "a width that is put together from numbers"
NUMBER = "nothing in the file says that the user is a number"
KNOWN_BROKEN: Mapping[str, str] = {
    "async_queue_priority": ORDER,
    "email_message_id": NAMED,
    "env_name": NAMED,
    "filename_sorted_before": ORDER,
    "fixed_width_export": WIDTH,
    "fuzzy_lookup": ORDER,
    "memoryview_slice": WIDTH,
    "shlex_cmd": NAMED,
    "sort_mixed_names": ORDER,
    "sqlite_between": ORDER,
    "sqlite_order_by": ORDER,
    "str_subclass_fields": "an object of a kind of text is unpacked",
    "trie_common_prefix": ORDER,
    "unit_of_work_identity_map": NAMED,
    "user_json_number": NUMBER,
    "user_kw_loop": "the user is handed over by `**`",
    "wrap_report": WIDTH,
    "ws_frame_len": WIDTH,
}
KNOWN_UNSAFE: Mapping[str, str] = {
    "ctl_inventory_sku": "a text of which nothing tells that it is no id is split at a dash",
}


def programs(name: str) -> dict[str, str]:
    """The programs of a file, by their names."""
    parts = re.split(r"^#### (\w+)\n", (FOLDER / name).read_text(), flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project_below(tmp_path_factory.mktemp("evidence"))


@pytest.fixture(scope="module")
def checker(root: Path) -> Checker:
    return checker_below(root)


def outputs(paths: list[Path], root: Path) -> list[str]:
    """What programs print, with numbers for ids."""
    command = [sys.executable, "-P", forked.__file__, *map(str, paths)]
    environment = {"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin"}
    subprocess.run(command, cwd=root, env=environment, capture_output=True, check=True)
    return [_numbered(path.with_suffix(".out").read_text()) for path in paths]


def _numbered(text: str) -> str:
    seen: dict[str, str] = {}
    return _ID.sub(lambda match: seen.setdefault(match[0], f"id#{len(seen) + 1}"), text)


def fixed_below(name: str, root: Path, checker: Checker) -> dict[str, tuple[Path, Path | None]]:
    """The programs of a file, each with its text after the safe fixes, where there are any."""
    found: dict[str, tuple[Path, Path | None]] = {}
    for title, source in programs(name).items():
        path = root / f"{title}.py"
        path.write_text(source)
        result = checker.fix(source.encode(), str(path))
        after = None
        if result.source is not None and result.source.decode() != source:
            after = root / f"{title}_fixed.py"
            after.write_bytes(result.source)
        found[title] = (path, after)
    return found


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("*.txt")))
def test_programs_do_the_same(name: str, root: Path, checker: Checker) -> None:
    pairs = fixed_below(name, root, checker)
    fixed = {title: (before, after) for title, (before, after) in pairs.items() if after}

    before = outputs([one for one, _ in fixed.values()], root)
    after = outputs([one for _, one in fixed.values() if one], root)

    assert not [title for title, text in zip(fixed, before, strict=True) if "failed" in text]
    told = zip(fixed, before, after, strict=True)
    broken = {title for title, one, other in told if one != other}
    assert broken == KNOWN_BROKEN.keys() & pairs.keys()


def test_what_nothing_minds_is_fixed(root: Path, checker: Checker) -> None:
    pairs = fixed_below("controls.txt", root, checker)

    unfixed = {title for title, (_, after) in pairs.items() if after is None}

    assert unfixed == KNOWN_UNSAFE.keys() & pairs.keys()
