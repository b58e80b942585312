"""Programs of several files, of which one minds the form of an id, do the same after fixes.

`tests/evidence/across/*.txt` hold them, each behind a line with its number and what is special
about it. In those of `controls.txt` nothing minds the form: there the fix must be made.

What fails today stands in `KNOWN_BROKEN`, with its cause; what is mended must leave it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ssot_lint.config.reader import SettingsReader
from ssot_lint.run.runner import Options, Runner
from tests.helpers.fixture_files import ROOT
from tests.helpers.projects import write_project

pytestmark = pytest.mark.slow

FOLDER = ROOT / "tests" / "evidence" / "across"
HANDED_WHOLE = "another file takes an object apart that tells nobody its class"
OUTSIDE = "it goes through a file, or through the words of a command line"
UNTYPED = "nothing tells the class of the object whose method gives it"
GENERIC = "code reads whatever fields there are"
WRITTEN = "a text that it is a part of is taken apart, or a row that has it in some place"
SINK = "what is done to it is not seen to mind its form"
KEYED = "it lies in a mapping under a text, and the whole mapping goes to another file"
DECORATED = "a decorator of another file does something else with a function than to call it"
HANDED_ALONG = "a function gets it that was handed to something else than a known row"
QUERY = "a query or a table that another file writes down minds it in a way that is not read"
ORDERED = "its place among other texts counts"
SCHEMA = "a mapping of another file describes its form"
KNOWN_BROKEN: Mapping[str, str] = {
    "08": HANDED_WHOLE,
    "18": HANDED_WHOLE,
    "36": GENERIC,
    "38": GENERIC,
    "48": WRITTEN,
    "50": SINK,
    "57": HANDED_WHOLE,
    "80": HANDED_WHOLE,
    "98": OUTSIDE,
    "108": WRITTEN,
    "114": OUTSIDE,
    "123": UNTYPED,
    # Those of `more.txt`.
    **dict.fromkeys(
        [
            "202",
            "207",
            "219",
            "223",
            "227",
            "228",
            "237",
            "245",
            "251",
            "252",
            "258",
            "260",
            "268",
            "274",
            "275",
            "278",
            "279",
            "280",
            "290",
            "291",
            "292",
            "293",
            "301",
            "314",
        ],
        KEYED,
    ),
    **dict.fromkeys(["233", "312"], HANDED_WHOLE),
    **dict.fromkeys(["270", "271", "284", "306"], DECORATED),
    **dict.fromkeys(["212", "286", "224", "259", "283", "287"], HANDED_ALONG),
    **dict.fromkeys(["208", "238", "256", "266", "267"], GENERIC),
    **dict.fromkeys(["218", "225", "226", "243", "294", "295", "296", "297", "298"], UNTYPED),
    **dict.fromkeys(["201", "216", "217", "220", "221", "249", "307", "308", "309"], QUERY),
    **dict.fromkeys(["203", "247", "248", "273", "302"], ORDERED),
    **dict.fromkeys(["204", "211", "215", "222", "232", "242", "257", "304"], SINK),
    **dict.fromkeys(
        [
            "209",
            "213",
            "229",
            "230",
            "231",
            "234",
            "246",
            "250",
            "254",
            "255",
            "265",
            "269",
            "272",
            "277",
            "281",
            "282",
            "289",
        ],
        WRITTEN,
    ),
    **dict.fromkeys(["206", "235", "236"], SCHEMA),
    **dict.fromkeys(["205", "210", "263", "264"], OUTSIDE),
}


def programs(name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The programs of a file: number, and texts by the paths of files."""
    for part in re.split(r"(?m)^=== ", (FOLDER / name).read_text())[1:]:
        head, _, body = part.partition("\n")
        pieces = re.split(r"(?m)^--- ", body)[1:]
        pairs = (piece.partition("\n") for piece in pieces)
        yield head.split()[0], {path.strip(): text for path, _, text in pairs}


def laid_out(root: Path, files: Mapping[str, str]) -> Path:
    """A project with the files, all of whose folders are packages."""
    write_project(root, files)
    for name in files:
        for folder in (root / name).parents:
            if folder == root:
                break
            (folder / "__init__.py").touch()
    return root


def output(root: Path) -> str:
    """What the program prints."""
    command = [sys.executable, "-B", "main.py"]
    environment = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    last = done.stderr.strip().splitlines()[-1:]
    return done.stdout + "".join(last)


def fixed(root: Path) -> bool:
    """Make the safe fixes; whether there are any."""
    paths = [str(path) for path in sorted(root.rglob("*.py")) if "shared" not in path.parts]
    runner = Runner(SettingsReader(()), Options(asks_all=True))
    changed = [one for one in runner.fix_files(paths, unsafe=False) if one.result.source]
    for one in changed:
        Path(one.path).write_bytes(one.result.source or b"")
    return bool(changed)


def outcomes(name: str, folder: Path) -> dict[str, str]:
    """What becomes of the programs of a file: broken, same or unfixed."""
    found: dict[str, str] = {}
    pairs: dict[str, tuple[Path, Path]] = {}
    for number, files in programs(name):
        before = laid_out(folder / number, files)
        after = shutil.copytree(before, folder / f"{number}_fixed")
        if fixed(after):
            pairs[number] = (before, after)
        else:
            found[number] = "unfixed"
    with ThreadPoolExecutor(2) as pool:
        texts = list(pool.map(output, [root for pair in pairs.values() for root in pair]))
    for number, old, new in zip(pairs, texts[::2], texts[1::2], strict=True):
        assert old, number
        assert "Error" not in old.splitlines()[-1], (number, old)
        found[number] = "same" if old == new else "broken"
    return found


def test_programs_do_the_same(tmp_path: Path) -> None:
    found = outcomes("attacks.txt", tmp_path) | outcomes("more.txt", tmp_path)

    assert {number for number, what in found.items() if what == "broken"} == KNOWN_BROKEN.keys()


def test_what_nothing_minds_is_fixed(tmp_path: Path) -> None:
    assert set(outcomes("controls.txt", tmp_path).values()) == {"same"}
