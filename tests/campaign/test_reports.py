"""`fix --output-format` and `--report`: what was done, who else uses the ids, what is left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ssot_lint.model.findings import NewId
from ssot_lint.run.campaign.naming import Naming, is_short_for
from tests.helpers.in_process import run
from tests.helpers.projects import write_project

FILES = {
    "app/makes.py": (
        "import uuid\n\n\ndef begin():\n    message_id = str(uuid.uuid4())\n    return message_id\n"
    ),
    "app/more.py": (
        "import uuid\n\n\ndef more():\n"
        '    message_id = f"msg_{uuid.uuid4()}"\n    return message_id\n'
    ),
    "app/reads.py": (
        "from app.makes import begin\n\n\ndef read():\n"
        "    message_id = begin()\n    return {'message_id': message_id}\n"
    ),
    "app/left.py": (
        "import uuid\n\n\ndef left():\n"
        "    run_id = str(uuid.uuid4())\n    return run_id[:8]\n\n\n"
        "def right():\n    request_id = str(uuid.uuid4())\n    return request_id[:8]\n"
    ),
    "app/known.py": (
        "from shared.id_generation.unified_id_generator import UnifiedIdGenerator\n\n"
        'other_id = UnifiedIdGenerator.generate_base_id("message")\n'
    ),
    "tests/test_makes.py": (
        "from unittest.mock import patch\n\n"
        "from app import makes\nfrom app.makes import begin\n\n\n"
        "def test_begin():\n    message_id = begin()\n    assert message_id\n\n\n"
        'def test_patched():\n    with patch("app.makes.begin", return_value="m"):\n'
        '        assert makes.begin() == "m"\n'
    ),
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path, FILES)


def report(project: Path, *args: str) -> Any:
    code, out, err = run(project, "fix", "--no-cache", "--output-format", "json", *args)
    assert (code, err) == (1, "")
    return json.loads(out)


def test_what_was_done(project: Path) -> None:
    told = report(project)

    assert told["summary"] == {
        "files": told["summary"]["files"], "changed": 2, "fixed": 2, "left": 2, "written": True,
    }  # fmt: skip
    makes, more = told["fixed"]
    assert (makes["filename"], makes["row"], makes["applicability"]) == ("app/makes.py", 5, "safe")
    assert makes["before"] == ["message_id = str(uuid.uuid4())"]
    assert makes["after"] == ['message_id = UnifiedIdGenerator.generate_base_id("message")']
    assert makes["new_ids"] == [{"name": "message_id", "prefix": "message", "constant": True}]
    assert [f["code"] for f in makes["findings"]] == ["OST101"]
    assert more["new_ids"][0]["prefix"] == "msg"
    assert "generate_base_id" in (project / "app/makes.py").read_text()


def test_who_else_uses_the_id(project: Path) -> None:
    makes = report(project)["fixed"][0]

    assert makes["users"] == [
        {"filename": "app/reads.py", "row": 5, "message": "has `message_id`"},
        {"filename": "app/reads.py", "row": 6, "message": "has `message_id`"},
    ]
    told = [(use["filename"], use["row"], use["message"]) for use in makes["tests"]]
    assert ("tests/test_makes.py", 9, "asserts `message_id`") in told


def test_what_is_left_by_rule_and_reason(project: Path) -> None:
    left = report(project)["left"]

    assert [(one["code"], one["reason"], one["count"]) for one in left] == [
        ("OST101", "`...` is cut", 2)
    ]
    finding = left[0]["findings"][0]
    assert (finding["location"]["row"], finding["related"][-1]["location"]["row"]) == (5, 6)


def test_names_for_a_review(project: Path) -> None:
    told = report(project)

    assert told["prefixes"] == [
        {"prefix": "message", "kinds": ["message"], "count": 1, "in_tests": 0, "new": False},
        {"prefix": "msg", "kinds": ["message"], "count": 1, "in_tests": 0, "new": True},
    ]
    assert told["naming"] == [{"kind": "message", "prefixes": ["message", "msg"]}]


@pytest.mark.parametrize(
    ("short", "long", "expected"),
    [
        ("msg", "message", True),
        ("conn", "connection", True),
        ("req", "request", True),
        ("run", "resolution", False),
        ("id", "identity", False),
        ("user", "users", False),
        ("ws_msg", "ws_message", False),
    ],
)
def test_what_may_be_short(short: str, long: str, expected: bool) -> None:
    assert is_short_for(short, long) is expected


def test_one_word_for_two_kinds() -> None:
    made = [("a.py", NewId("conn_id", "conn")), ("b.py", NewId("connection_id", "connection"))]
    (clash,) = Naming.of(made, ()).clashes
    assert (clash.kind, clash.prefixes) == ("", ("conn", "connection"))
    assert not Naming.of([("a.py", NewId("conn_id", "conn"))], ()).clashes
    (clash,) = Naming.of([("a.py", NewId("conn_id", "conn"))], ["connection"]).clashes
    assert clash.prefixes == ("conn", "connection")


def test_names_in_tests_clash_with_none(project: Path) -> None:
    (project / "app/more.py").rename(project / "tests/test_more.py")

    told = report(project)
    assert told["naming"] == []
    assert [(one["prefix"], one["count"], one["in_tests"]) for one in told["prefixes"]] == [
        ("message", 1, 0),
        ("msg", 0, 1),
    ]


def test_in_files(project: Path) -> None:
    args = [word for name in ("r.json", "r.md", "r.html") for word in ("--report", name)]
    code, out, _ = run(project, "fix", "--no-cache", "--diff", *args)

    assert code == 1
    assert out.startswith("--- app/makes.py")
    assert "uuid4" in (project / "app/makes.py").read_text()
    assert json.loads((project / "r.json").read_text())["summary"]["written"] is False
    markdown = (project / "r.md").read_text()
    assert "Would fix 2 findings in 2 files" in markdown
    assert '+ message_id = UnifiedIdGenerator.generate_base_id("message")' in markdown
    assert "#### No fix: `...` is cut (2)" in markdown
    assert "- Ids of one kind, `message`, begin with `message` and `msg`: one will do." in markdown
    assert "What would be done" in (project / "r.html").read_text()


def test_as_text(project: Path) -> None:
    code, out, _ = run(project, "fix", "--no-cache", "--output-format", "text", "--report", "r.txt")

    assert code == 1
    assert (project / "r.txt").read_text() == out
    assert out.endswith("Fixed 2 findings in 2 files of 9; 2 findings left.\n")
    assert (
        "app/makes.py\n  5: OST101 call `UnifiedIdGenerator.generate_base_id`\n"
        "    - message_id = str(uuid.uuid4())\n"
        '    + message_id = UnifiedIdGenerator.generate_base_id("message")\n'
        "    also used: app/reads.py:5: has `message_id`\n"
    ) in out
    assert "  message for message: 1\n  msg for message: 1, new\n" in out
    assert "OST101 direct-uuid-call, left: 2\n  No fix: `...` is cut: 2\n    app/left.py:5: " in out


def test_hostile_names_are_escaped(project: Path) -> None:
    name = "app/<img src=x onerror=alert(1)>.py"
    text = FILES["app/makes.py"].replace("str(", "str(  # </code><script>\n        ")
    (project / name).write_text(text)

    code, page, _ = run(
        project, "fix", "--no-cache", "--unsafe-fixes", "--output-format", "html", name
    )
    assert code == 0
    assert "<img" not in page
    assert "<script" not in page
    assert "&lt;img" in page


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["--report", "r.pdf"], "--report r.pdf: end its name in .txt, .json, .md or .html"),
        (["--report", "no/r.md"], "--report no/r.md: there is no folder no"),
        (["--patches", "app/makes.py/p"], "app/makes.py/p: cannot be written"),
        (["--patches", "app/makes.py"], "Not a directory; --patches takes a new or empty folder"),
        (["-", "--output-format", "json"], "standard input goes without --output-format"),
        (["--diff", "--output-format", "json"], "--diff goes without --output-format"),
        (["--by", "rule"], "--by goes with --patches"),
        (["--interactive", "--report", "r.md"], "--interactive goes without --patches"),
    ],
)
def test_what_does_not_go_together(project: Path, args: list[str], told: str) -> None:
    code, _, err = run(project, "fix", *args)

    assert code == 2
    assert told in err
    assert "uuid4" in (project / "app/makes.py").read_text()


def test_statistics_know_reasons(project: Path) -> None:
    _, out, _ = run(project, "fix", "--no-cache", "--statistics")

    assert out == (
        "2  OST101  direct-uuid-call\n      2  no fix: `...` is cut\n"
        "Fixed 2 findings in 2 files, 2 left.\n"
    )
