"""A session checks and fixes texts as they are in buffers, with what holds for their files."""

from __future__ import annotations

from pathlib import Path

import pytest

import ssot_lint
from ssot_lint import Session, settings_for
from ssot_lint.analysis.source.text import decode
from ssot_lint.fixes.edits import apply_text_edits
from ssot_lint.model.errors import UserError
from tests.helpers.in_process import run
from tests.helpers.projects import write_project

BAD = "import uuid\n\n\ndef f():\n    run_id = str(uuid.uuid4())\n    return run_id\n"
MORE = "\n\ndef g():\n    order_id = str(uuid.uuid4())\n    return order_id\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_project(tmp_path, {"app/a.py": BAD})


def codes(session: Session, source: bytes | str, path: str | Path = "app/a.py") -> list[str]:
    return [finding.code for finding in session.check(source, path).findings]


def test_the_public_face_has_it(root: Path) -> None:
    assert {"Session", "settings_for"} <= {*ssot_lint.__all__}
    assert settings_for(root / "app/new.py").root == root
    (root / "pyproject.toml").write_text("[tool.ssot-lint]\nselect = 1\n")
    with pytest.raises(UserError, match="select"):
        settings_for(root / "app/new.py")


def test_a_text_need_not_be_that_of_a_file(root: Path) -> None:
    session = Session(root)

    assert codes(session, "x = 1\n") == []
    assert codes(session, BAD, "app/new.py") == ["OST101"]
    assert codes(session, BAD.encode(), root / "app/new.py") == ["OST101"]
    assert session.check(BAD, "app/new.py").path == str(root / "app/new.py")


@pytest.mark.parametrize(
    "source",
    [
        BAD,
        BAD.replace("\n", "\r\n"),
        f"\ufeff{BAD}",
        f"# coding: latin-1\n# é\n{BAD}",
        f"# coding: utf-8\n# \U0001f600\f\n{BAD}",
    ],
)
def test_a_text_is_fixed_as_its_file_is(root: Path, source: str) -> None:
    encoding = "latin-1" if "latin-1" in source else "utf-8"
    (root / "app/a.py").write_bytes(source.encode(encoding))

    fixed = Session(root).fix(source, "app/a.py")
    run(root, "fix", "app/a.py")

    assert fixed.source == (root / "app/a.py").read_bytes() != source.encode(encoding)
    assert [finding.code for finding in fixed.fixed] == ["OST101"]
    assert fixed.result.findings == ()


def test_what_a_baseline_accepts_is_neither_reported_nor_fixed(root: Path) -> None:
    run(root, "baseline")
    session = Session(root)

    assert codes(session, f"\n{BAD}") == []
    assert session.fix(BAD, "app/a.py").source is None
    assert codes(session, BAD + MORE) == ["OST101"]
    after = session.fix(BAD + MORE, "app/a.py").source
    assert after is not None
    assert b"run_id = str(uuid.uuid4())" in after
    assert b"order_id = Unified" in after


def test_unsafe_fixes_are_for_who_asks(root: Path) -> None:
    source = BAD.replace("str(uuid.uuid4())", "uuid.uuid4()")
    session = Session(root)

    assert session.fix(source, "app/a.py").source is None
    assert session.fix(source, "app/a.py", unsafe=True).source is not None


def test_what_was_read_is_kept_until_reload(root: Path) -> None:
    session = Session(root)
    assert codes(session, BAD) == ["OST101"]
    (root / "pyproject.toml").write_text('[tool.ssot-lint]\nignore = ["OST101"]\n')
    assert codes(session, BAD) == ["OST101"]

    session.reload()

    assert codes(session, BAD) == []


def test_bad_settings_and_texts_are_findings(root: Path) -> None:
    session = Session(root)
    for bad in ("(", "\x00", "'\ud800'\nimport uuid; uuid.uuid4()", "# coding: x\nuuid.uuid4()"):
        result = session.check(bad, "app/a.py")
        assert all(finding.code == "OST900" for finding in result.findings)
        assert session.fix(bad, "app/a.py").source is None
        assert session.suppress(bad, "app/a.py", result.findings) == []
    (root / "pyproject.toml").write_text("[tool.ssot-lint]\nignore = 1\n")
    session.reload()
    (finding,) = session.check(BAD, "app/a.py").findings
    assert finding.code == "OST900"
    assert "pyproject.toml" in finding.message
    assert session.fix(BAD, "app/a.py").result.findings == (finding,)
    assert not session.leaves_out("app/a.py")


def test_what_the_encoding_of_a_file_cannot_say(root: Path) -> None:
    (finding,) = Session(root).check("# coding: ascii\n'é'; import uuid\n", "a.py").findings

    assert "cannot be written in the encoding of the file" in finding.message


def test_what_settings_exclude(root: Path) -> None:
    (root / "pyproject.toml").write_text('[tool.ssot-lint]\nextend-exclude = ["app/gen_*"]\n')
    session = Session(root)

    assert session.leaves_out("app/gen_a.py")
    assert not session.leaves_out(root / "app/a.py")


def test_projects_below_the_root_have_settings_of_their_own(root: Path) -> None:
    (root / "part").mkdir()
    (root / "part/pyproject.toml").write_text('[tool.ssot-lint]\nignore = ["OST101"]\n')
    session = Session(root)

    assert codes(session, BAD, "part/a.py") == []
    assert codes(session, BAD, "app/a.py") == ["OST101"]


def test_facts_are_those_of_the_last_whole_run(root: Path) -> None:
    makes = "import uuid\n\n\ndef f(db):\n    db.add(Run(run_id=str(uuid.uuid4())))\n"
    (root / "app/models.py").write_text("class Run(Base):\n    run_id = Column(UUID())\n")
    session = Session(root)
    assert session.fix(makes, "app/a.py").source is not None

    run(root, "check")
    session.reload()

    assert session.fix(makes, "app/a.py").source is None


@pytest.mark.parametrize("begins", ["", "\ufeff"])
def test_findings_are_suppressed(root: Path, begins: str) -> None:
    source = f"{begins}x = '\U0001f600'\n{BAD}{MORE}"
    session = Session(root)
    first, second = session.check(source, "app/a.py").findings

    edits = session.suppress(source, "app/a.py", [second])

    after = apply_text_edits(decode(source.encode()), edits)
    left = session.check(begins + after, "app/a.py").findings
    assert [one.location for one in left] == [first.location]
    assert after.count("noqa: OST101") == 1


def test_what_limits_fixes(root: Path) -> None:
    session = Session(root)
    assert session.warnings == []
    session.check(BAD, "app/a.py")
    assert session.warnings == []

    (root / "shared/id_generation/unified_id_generator.py").write_text("x = 1\n")
    session.reload()
    session.check(BAD, "app/a.py")
    (line,) = session.warnings
    assert "UnifiedIdGenerator" in line
