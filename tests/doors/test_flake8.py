"""flake8 reports what the command line reports, at the same places."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ssot_lint.config.settings import Settings
from ssot_lint.engine.checker import Checker
from ssot_lint.ids.generator.reading import read_generator_api
from tests.helpers.fixture_files import BACKEND, all_fixtures
from tests.helpers.in_process import run, run_flake8, run_plain_flake8

Flake8 = Callable[..., "subprocess.CompletedProcess[str]"]
Place = tuple[str, int, int, str, str]

_LINE = re.compile(r"^(.*?):(\d+):(\d+): (\w+) (.*)$")


def places(output: str) -> list[Place]:
    found = []
    for line in output.splitlines():
        match = _LINE.match(line)
        assert match is not None, line
        path, row, column, code, message = match.groups()
        found.append((path.removeprefix("./"), int(row), int(column), code, message))
    return sorted(found)


def fixtures_below(folder: Path, step: int) -> list[Place]:
    """Writes each `step`th fixture that needs no settings; gives what the core finds in them."""
    shutil.copytree(BACKEND, folder, dirs_exist_ok=True)
    settings = Settings(root=folder, select=("OST",))
    checker = Checker(settings, lambda: read_generator_api(settings))
    expected: list[Place] = []
    for fixture in all_fixtures()[::step]:
        if not fixture.table.keys() <= {"extend-select"} or fixture.path.parent.name == "OST900":
            continue
        path = folder / f"{fixture.path.parent.name}_{fixture.path.name}"
        path.write_bytes(fixture.source)
        expected += [
            (path.name, f.location.row, f.location.column, f.code, f.message)
            for f in checker.check(fixture.source, str(path)).findings
            if f.code != "OST901"  # flake8 does not say which comments it needed
        ]
    odd = {
        "crlf.py": b"import uuid\r\nx = uuid.uuid4()\r\ny = uuid.uuid4()  # noqa: OST101\r\n",
        "bom.py": b"\xef\xbb\xbfimport uuid\nx = '\xc3\xa9', uuid.uuid4()\n",
        "latin.py": b"# coding: latin-1\nimport uuid\nx = '\xe9', uuid.uuid4()\n",
        "feed.py": b"import uuid\n\x0cx = uuid.uuid4()\n",
        "in_a_string.py": b"import uuid\nx = uuid.uuid4(), '# noqa: OST101'\n",
    }
    for name, source in odd.items():
        (folder / name).write_bytes(source)
        expected += [
            (name, f.location.row, f.location.column, f.code, f.message)
            for f in checker.check(source, str(folder / name)).findings
        ]
    return sorted(expected)


@pytest.mark.parametrize(
    ("jobs", "step"),
    [
        pytest.param("1", 1, marks=pytest.mark.slow),
        pytest.param("2", 1, marks=pytest.mark.slow),
        pytest.param("2", 3, marks=pytest.mark.broad),
    ],
)
def test_same_findings_at_the_same_places(tmp_path: Path, jobs: str, step: int) -> None:
    expected = fixtures_below(tmp_path, step)
    result = subprocess.run(
        [sys.executable, "-m", "flake8", "--select", "OST", "--isolated", "-j", jobs, "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )

    assert result.stderr == ""
    assert places(result.stdout) == expected
    assert len(expected) > 150


@pytest.mark.parametrize(
    ("args", "table", "reported"),
    [
        ([], "", False),
        (["--select=OST"], "", True),
        (["--select=OST1,OST4"], "", True),
        (["--select=OST101"], "", False),
        (["--extend-select=OST401"], "", True),
        (["--ignore=E501"], "", False),
        (["--extend-ignore=OST1"], "", False),
        (["--extend-select=OST4", "--extend-ignore=OST401"], "", False),
        ([], 'extend-select = ["OST401"]', True),
        (["--ignore=OST401"], 'extend-select = ["OST401"]', False),
    ],
)
def test_a_rule_that_is_off_by_default(
    tmp_path: Path, args: list[str], table: str, reported: bool
) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.ssot-lint]\n{table}\n")
    (tmp_path / "a.py").write_text(
        "class ThreadRepository:\n    def find(self, db, thread_id):\n"
        "        return db.get(1, thread_id)\n"
    )
    done = run_plain_flake8(tmp_path, *args, ".")

    assert [p[3] for p in places(done.stdout)] == ["OST401"] * reported


def test_settings_come_from_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.ssot-lint]\nbanned-calls = ["ids.make"]\nper-file-ignores = { "b.py" = ["OST1"] }\n'
    )
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text("import ids, uuid\nids.make()\nuuid.uuid4()\n")

    assert [p[:4] for p in places(run_flake8(tmp_path, ".").stdout)] == [("a.py", 2, 1, "OST101")]


def test_flake8s_options_win(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.ssot-lint]\nbanned-calls = ["ids.make"]\nsentinels = ["nil"]\n'
    )
    (tmp_path / ".flake8").write_text("[flake8]\nssot-banned-calls = uuid.uuid4, ids.other\n")
    (tmp_path / "a.py").write_text("import ids, uuid\nids.make()\nids.other()\nuuid.uuid4()\n")

    assert [p[1] for p in places(run_flake8(tmp_path, ".").stdout)] == [3, 4]
    more = run_flake8(tmp_path, "--ssot-extend-banned-calls=ids.third,ids.mak*,ids.make", ".")
    assert "must name a function such as" in more.stdout + more.stderr
    more = run_flake8(tmp_path, "--ssot-extend-banned-calls=ids.third,ids.make", ".")
    assert [p[1] for p in places(more.stdout)] == [2, 3, 4]
    again = run_flake8(tmp_path, "--ssot-banned-calls=uuid.uuid4", ".")
    assert [p[1] for p in places(again.stdout)] == [4]
    (tmp_path / "a.py").write_text("session_id = 'abc'\nthread_id = 'abc'\nx_id = 'nil'\n")
    prefixes = run_flake8(tmp_path, "--ssot-id-prefixes=session_id=s_,x_id=x_", ".")
    assert [p[1] for p in places(prefixes.stdout)] == [1]


def test_another_config_file(tmp_path: Path) -> None:
    (tmp_path / "lint.toml").write_text('[tool.ssot-lint]\nbanned-calls = ["ids.make"]\n')
    (tmp_path / "a.py").write_text("import ids\nids.make()\n")

    assert places(run_flake8(tmp_path, "--ssot-config=lint.toml", ".").stdout)[0][3] == "OST101"


def test_a_bad_option_ends_flake8_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.py").touch()
    result = run_flake8(tmp_path, "--ssot-generator=Maker", ".")

    assert result.returncode == 1
    assert "flake8 options `generator` must be a dotted name" in result.stdout + result.stderr
    assert "Traceback" not in result.stderr


def test_a_pair_without_value_is_explained(tmp_path: Path) -> None:
    (tmp_path / "a.py").touch()
    result = run_flake8(tmp_path, "--ssot-id-prefixes=thread_id", ".")

    assert "flake8 options: write thread_id=VALUE" in result.stdout + result.stderr


def test_bad_settings_end_flake8_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ssot-lint]\ngenerator = 1\n")
    (tmp_path / "a.py").touch()
    result = run_flake8(tmp_path, ".")

    assert "`generator` must be a string, not a number" in result.stdout + result.stderr
    assert "Traceback" not in result.stderr


def test_bad_settings_further_down_are_a_finding_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg/pyproject.toml").write_text("[tool.ssot-lint]\nexmpt = []\n")
    (tmp_path / "pkg/a.py").write_text("import uuid\nuuid.uuid4()\n")
    ((_, row, column, code, message),) = places(run_flake8(tmp_path, ".").stdout)

    assert (row, column, code) == (1, 1, "OST900")
    assert "has no setting `exmpt`; did you mean `exempt`?" in message


def test_standard_input_has_the_name_it_is_given(tmp_path: Path) -> None:
    source = "import uuid\nuuid.uuid4()\n"
    path = "shared/id_generation/a.py"

    assert places(run_flake8(tmp_path, "-", stdin=source).stdout)[0][:4] == (
        "stdin",
        2,
        1,
        "OST101",
    )
    assert run_flake8(tmp_path, "--stdin-display-name", path, "-", stdin=source).stdout == ""


def test_the_plugin_never_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    import ast

    from ssot_lint import flake8_plugin

    def fail(*args: object) -> None:
        raise TypeError("two\nlines")

    monkeypatch.setattr("ssot_lint.run.runner.Runner.check_text", fail)
    plugin = flake8_plugin.SsotPlugin(ast.parse(""), "a.py", ["import uuid\n"])

    assert [finding[:3] for finding in plugin.run()] == [
        (1, 0, "OST900 file not analysed: internal error: TypeError: two lines")
    ]


def test_a_file_that_takes_too_long_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A limit that is over before the file is looked at; the other files are looked at as ever.
    # It takes longer than from one tick of the system's clock to the next.
    (tmp_path / "a.py").write_text("import uuid\n" + "run_id = str(uuid.uuid4())\n" * 400)
    command = [sys.executable, "-m", "flake8", "--select", "OST", "--ssot-timeout", "0.000001"]
    done = subprocess.run(
        [*command, "a.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    expected = "it takes longer than 1e-06 s; exclude it, or raise --ssot-timeout"
    assert done.stdout == f"a.py:1:1: OST900 file not analysed: {expected}\n"


@pytest.mark.parametrize("seconds", ["nan", "-1", "1e10"])
def test_a_timeout_that_clocks_cannot_count(tmp_path: Path, seconds: str) -> None:
    (tmp_path / "a.py").touch()
    done = run_flake8(tmp_path, "--ssot-timeout", seconds, "a.py")

    assert done.returncode == 1
    assert "flake8 options: --ssot-timeout" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_suppressions_agree(tmp_path: Path) -> None:
    """Comments in all shapes: the command line suppresses just what flake8 does."""
    comments = [
        "# noqa", "# NOQA", "#noqa", "# noqa:OST101", "# noqa: OST101", "# noqa:  OST101",
        "# noqa : OST101", "# noqa: ost101", "# noqa: OST", "# noqa: OST1", "# noqa: OST301",
        "# noqa: E501,OST101", "# noqa: E501 , OST101", "# noqa: OST101,", "# noqa:OST101 x",
        "# noqa OST101", "# noqa: reason", "# x # noqa: OST101", "# noqa: OST1011",
        "# noqa: E501, because OST101", "#   noqa", "# no qa", "# noqa-OST101", "# type: x # noqa",
    ]  # fmt: skip
    lines = ["import uuid"] + [f"x = uuid.uuid4()  {comment}" for comment in comments]
    lines += [
        'y = uuid.uuid4(), """',
        "a",
        '"""  # noqa: OST101',
        "z = uuid.uuid4(), \\",
        "  1  # noqa",
    ]
    lines += [
        "w = (",
        "    uuid.uuid4(),",
        ")  # noqa",
        'v = f"""',
        "{uuid.uuid4()}",
        '"""  # noqa',
    ]
    source = "\n".join(lines) + "\n"
    (tmp_path / "a.py").write_text(source)
    found = Checker(Settings(root=tmp_path)).check(source.encode(), str(tmp_path / "a.py"))

    rows = [p[1] for p in places(run_flake8(tmp_path, "--isolated", ".").stdout)]
    assert [f.location.row for f in found.findings if f.code != "OST901"] == rows
    assert 5 < len(rows) < len(comments)


# The baseline


TWICE = """\
import uuid


def first():
    return uuid.uuid4()


def second():
    thread_id = "abc"
    return thread_id, uuid.uuid4()
"""


@pytest.fixture
def accepted(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.ssot-lint]\n")
    (tmp_path / "app").mkdir()
    (tmp_path / "app/a.py").write_text(TWICE)
    assert run(tmp_path, "baseline", "-q")[0] == 0
    return tmp_path


def both(folder: Path, *args: str) -> list[tuple[int, str]]:
    """What flake8 finds, after it was held against the command line."""
    lines = run(folder, "check", "-q", *args)[1].splitlines()
    found = places(run_flake8(folder, *(f"--ssot{arg[1:]}" for arg in args), ".").stdout)
    assert found == places("\n".join(line for line in lines if line))
    return [(row, code) for _, row, _, code, _ in found]


def test_only_what_no_baseline_accepts_is_reported(accepted: Path) -> None:
    assert both(accepted) == []
    assert len(both(accepted, "--no-baseline")) == 3
    (accepted / "app/a.py").write_text(TWICE + "\n\ndef third():\n    return uuid.uuid4()\n")
    assert both(accepted) == [(14, "OST101")]


def test_the_baseline_is_asked_anew_though_results_are_kept(accepted: Path) -> None:
    for _ in range(2):
        assert both(accepted) == []
    (accepted / ".ssot-lint-baseline.json").unlink()
    assert len(both(accepted)) == 3
    run(accepted, "baseline", "-q", "--select", "OST1")
    assert both(accepted) == [(9, "OST301")]


def test_what_comments_suppress_takes_no_place_in_the_baseline(accepted: Path) -> None:
    again = "    run_id = uuid.uuid4()  # noqa: OST101  # why\n    return uuid.uuid4()\n"
    (accepted / "app/a.py").write_text(TWICE.replace("    return uuid.uuid4()\n", again, 1))

    assert both(accepted) == []
    plain = [row for _, row, *_ in places(run_flake8(accepted, "--disable-noqa", ".").stdout)]
    assert plain == [6]
    assert run(accepted, "check", "-q", "--ignore-noqa")[1].startswith("app/a.py:6:12: OST101")


def test_a_renamed_file_keeps_what_is_accepted(accepted: Path) -> None:
    (accepted / "app/a.py").rename(accepted / "app/b.py")

    assert both(accepted) == []


def test_another_baseline(accepted: Path) -> None:
    (accepted / ".ssot-lint-baseline.json").rename(accepted / "app/known.json")
    text = (accepted / "app/known.json").read_text()
    (accepted / "app/known.json").write_text(text.replace('"app/', '"'))

    assert len(both(accepted)) == 3
    assert both(accepted, "--baseline=app/known.json") == []
    (accepted / ".flake8").write_text("[flake8]\nssot-baseline = app/known.json\n")
    assert run_flake8(accepted, ".").stdout == ""


def test_a_damaged_baseline_ends_flake8_with_one_line(accepted: Path) -> None:
    (accepted / ".ssot-lint-baseline.json").write_text("{")
    done = run_flake8(accepted, ".")

    assert done.returncode == 1
    (told,) = (done.stdout + done.stderr).splitlines()[1:]  # the first is flake8's own
    assert "is no baseline of ssot-lint; repair it" in told
