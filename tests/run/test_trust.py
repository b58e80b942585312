"""What a checked repository brings along is not trusted: its caches, links and names."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ssot_lint import check_source
from ssot_lint.cli import output
from ssot_lint.config.disk import digest
from ssot_lint.config.reader import SettingsReader
from ssot_lint.reports import FORMATS
from ssot_lint.rules.registry import CODES
from ssot_lint.run.projects import OpenStores, Projects
from ssot_lint.run.store.cache import Cache
from ssot_lint.run.store.folder import FOLDER
from ssot_lint.run.store.lines import Stamp
from tests.helpers.in_process import run, run_flake8
from tests.run.test_baseline import git

BAD = "import uuid\nrun_id = str(uuid.uuid4())\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a violation, and with caches that say there is none."""
    monkeypatch.delenv("SSOT_LINT_CACHE_DIR")
    project = tmp_path / "project"
    project.mkdir()
    path = project / "a.py"
    path.write_text(BAD)
    (project / "pyproject.toml").write_text("[tool.ssot-lint]\n")
    git(project, "init", "-q")
    flake8(project)  # so that there is a cache under the key of its options
    (log,) = (project / FOLDER).glob("*.json")
    key = json.loads(log.read_text().splitlines()[0])
    clean = check_source(b"x = 1\n", str(path))
    Cache(project / FOLDER, key).add("a.py", BAD, clean)
    projects = Projects(ignore_noqa=False)
    memory = OpenStores(projects, is_used=True, cache_dir=None)
    cache = memory.cache(projects.number(SettingsReader(CODES).for_file(path)))
    assert cache is not None
    stamp = Stamp.of(str(path))
    later = stamp._replace(seen=stamp.seen + 10_000_000_000)
    cache.keep("a.py", later, digest(BAD.encode()), clean)
    memory.save()
    return project


def flake8(project: Path) -> str:
    return run_flake8(project, "a.py").stdout


def test_caches_that_lie_can_be_made(project: Path) -> None:
    """So that the test below can fail: what git does not track is believed."""
    assert run(project, "check")[0] == 0
    assert flake8(project) == ""


@pytest.mark.parametrize("version", ["2", "4"])
def test_a_cache_that_git_tracks_is_not_used(project: Path, version: str) -> None:
    git(project, "add", "-f", FOLDER)
    git(project, "update-index", "--index-version", version)
    before = git(project, "status", "--porcelain")
    code, out, err = run(project, "check")

    assert (code, out.split(": ")[0]) == (1, "a.py:2:14")
    assert err == (
        f"ssot-lint: warning: {project / FOLDER}: is tracked by git, so others may have written "
        f"it; it is not used, `git rm -r --cached {FOLDER}` makes an end of that\n"
    )
    assert flake8(project).startswith("a.py:2:14: OST101")
    assert run(project, "check", "--cache-dir", FOLDER, "-q")[0] == 1
    assert git(project, "status", "--porcelain") == before

    git(project, "rm", "-rq", "--cached", FOLDER)
    assert run(project, "check")[0] == 0


@pytest.mark.skipif(os.name == "nt", reason="a program of a shell")
@pytest.mark.parametrize("told", ["fatal: detected dubious ownership in repository", ""])
def test_where_git_does_not_answer_the_index_is_believed(
    project: Path, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    """In CI, the files often belong to another user than the one who checks them."""
    git(project, "add", "-f", FOLDER)
    programs = project.parent / "programs"
    programs.mkdir()
    if told:
        (programs / "git").write_text(f"#!/bin/sh\necho '{told}' >&2\nexit 128\n")
        (programs / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    code, _, err = run(project, "check")

    assert code == 1
    assert "is tracked by git" in err


def test_a_cache_that_is_tracked_under_other_letters_is_not_used(project: Path) -> None:
    """To disks of macOS and Windows, upper and lower case are the same."""
    (project / FOLDER).rename(project / FOLDER.upper())
    git(project, "add", "-f", FOLDER.upper())
    if not (project / FOLDER).exists():  # else the disk is such a one
        (project / FOLDER.upper()).rename(project / FOLDER)

    assert run(project, "check")[0] == 1


def test_a_cache_folder_that_leads_to_code_is_not_used(project: Path) -> None:
    """Its .gitignore would hide the code from the next run."""
    shutil.rmtree(project / FOLDER)
    (project / "app").mkdir()
    (project / "a.py").rename(project / "app/a.py")
    (project / FOLDER).symlink_to("app")
    for _ in range(2):
        code, _, err = run(project, "check")

        assert code == 1
        assert "is a link to what is no cache; it is not used, remove it\n" in err
        assert os.listdir(project / "app") == ["a.py"]


def test_a_linked_cache_folder_is_used(project: Path) -> None:
    (project / FOLDER).rename(project / "elsewhere")
    (project / FOLDER).symlink_to("elsewhere")
    assert run(project, "check")[0] == 0


def test_a_cache_folder_that_leads_out_is_not_used(project: Path) -> None:
    outside = project.parent / "outside"
    (project / FOLDER).rename(outside)
    (project / FOLDER).symlink_to(outside)
    before = {path: path.read_bytes() for path in outside.iterdir()}
    code, _, err = run(project, "check")

    assert code == 1
    assert err.endswith("is a link that leads out of the project; it is not used, remove it\n")
    assert flake8(project).startswith("a.py:2:14: OST101")
    assert {path: path.read_bytes() for path in outside.iterdir()} == before


# Links


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository whose links lead to what is not its own."""
    checkout = tmp_path / "checkout"
    (checkout / "sub").mkdir(parents=True)
    (checkout / "sub/a.py").write_text(BAD)
    (checkout / ".git").mkdir()
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_text("precious")
    (checkout / "out.json").symlink_to(outside / "precious")
    (checkout / "new.json").symlink_to(outside / "new")
    (checkout / "folder").symlink_to(outside)
    (checkout / "sub/up").symlink_to("../folder")
    return checkout


@pytest.mark.parametrize("name", ["out.json", "new.json", "folder/precious", "sub/up/precious"])
@pytest.mark.parametrize(
    "command",
    [
        "check --output-file",
        "check --output-format json --output-file",
        "check --sarif-output",
        "report --format html --output-file",
        "report --history",
        "baseline --baseline",
    ],
)
def test_no_link_that_leads_out_is_written_through(checkout: Path, command: str, name: str) -> None:
    for folder, path in ((".", name), (".", str(checkout / name)), ("sub", f"../{name}")):
        before = {one.name: one.read_text() for one in (checkout.parent / "outside").iterdir()}
        code, _, err = run(checkout / folder, *command.split(), path)

        assert code == 2
        if "history" not in command and "baseline" not in command:  # which are read before
            told = "a link leads out of the project there; not written, name the file behind it"
            assert err == f"ssot-lint: error: {path}: {told}\n"
        after = {one.name: one.read_text() for one in (checkout.parent / "outside").iterdir()}
        assert after == before


def test_other_links_are_written_through(checkout: Path) -> None:
    (checkout / "reports").mkdir()
    (checkout / "latest").symlink_to("reports")
    assert run(checkout, "check", "--output-file", "latest/a.txt")[0] == 1
    assert (checkout / "reports/a.txt").exists()

    outside = checkout.parent / "outside"
    (outside / "link").symlink_to("precious")
    assert run(checkout, "check", "--output-file", str(outside / "link"))[0] == 1
    assert "OST101" in (outside / "precious").read_text()
    assert run(checkout, "check", "--output-file", os.devnull)[0] == 1


# Terminals

# A title of the window, a colour as one character, a bell; text that turns round.
HOSTILE = "\x1b]0;evil\x07 \x9b31m \x08 \u202e \u2066 \u200f"
SIGNS = [sign for sign in HOSTILE if not sign.isprintable()]


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A project whose names, code and settings hold such characters wherever they may."""
    source = (
        f"# {HOSTILE}\nimport uuid\nrun_id = str(uuid.uuid4())  # {HOSTILE}\n"
        f"thread_id = '{HOSTILE}'\nthread_id = f'{HOSTILE}{{x}}'\n"
        f"x = f'{HOSTILE}_{{uuid.uuid4()}}'  # noqa: OST1\n"
        f"x = uuid.uuid4()  # noqa : {HOSTILE}\n"
    )
    folder = tmp_path / HOSTILE
    folder.mkdir()
    (folder / f"{HOSTILE}.py").write_text(source, encoding="utf-8")
    (folder / f"broken{HOSTILE}.py").write_text(f"x = {HOSTILE}\n", encoding="utf-8")
    (folder / "no_utf8.py").write_bytes(b"x = '\xff\x1b'\n")
    return folder


COMMANDS = [
    *(f"check --output-format {form}" for form in FORMATS),
    "check --show-settings",
    "check --statistics",
    "fix --diff",
    "fix --diff --unsafe-fixes",
    "report",
    "report --format markdown",
    "report --format openmetrics",
    "report --format json",
    "init --diff",
    "baseline",
    "check",
    "baseline --prune",
    "fix --unsafe-fixes --show-fixes",
    "clean",
    "init",
]


@pytest.mark.skipif(os.name == "nt", reason="no such names, no such terminals")
def test_nothing_steers_a_terminal(hostile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "_on_terminal", lambda: True)
    summary = hostile / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    for command in COMMANDS:
        _, out, err = run(hostile, *command.split())
        shown = out + err + (summary.read_text("utf-8") if summary.exists() else "")

        assert shown
        # Our own colours begin so.
        shown = re.sub("\x1b\\[[0-9;]*m", "", shown)
        assert [sign for sign in SIGNS if sign in shown] == [], command


def test_flake8s_messages_steer_no_terminal(hostile: Path) -> None:
    shown = run_flake8(hostile, "--extend-select", "OST").stdout
    messages = [line.partition(": OST")[2] for line in shown.splitlines()]

    assert any(messages)
    assert [sign for sign in SIGNS if any(sign in message for message in messages)] == []


def test_a_diff_for_a_program_keeps_every_byte(hostile: Path) -> None:
    """What `git apply` reads must be what the files hold."""
    assert "\x1b]0;evil\x07" in run(hostile, "fix", "--diff")[1]


@pytest.mark.skipif(os.name == "nt", reason="no such terminals")
def test_a_diff_on_a_real_terminal(tmp_path: Path) -> None:
    import pty  # there is none on Windows

    source = f"import uuid\n# {HOSTILE}\nrun_id = str(uuid.uuid4())\n"
    (tmp_path / "a.py").write_text(source, encoding="utf-8")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "ssot_lint", "fix", "--diff", "-q", "--no-cache"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=theirs, stderr=theirs) as process:
        process.wait()
    os.close(theirs)
    shown = os.read(ours, 100_000).decode("utf-8")
    os.close(ours)

    assert "# \\x1b]0;evil\\x07 \\x9b31m \\x08 \\u202e" in shown
    assert [sign for sign in SIGNS if sign in shown] == []


# Logs


def commands_in(log: str) -> list[str]:
    """The lines in which a service that keeps the log finds a command to it.

    As https://github.com/actions/runner does: with two colons where a line begins, and as Azure's
    agent does, too, with two signs and a bracket anywhere in it.
    """
    found: list[str] = []
    stopped_by = None
    for line in log.splitlines():
        match = re.match(r"\s*::([\w-]+)[^:]*::(.*)", line)
        if stopped_by is not None:
            stopped_by = None if match and match[1] == stopped_by else stopped_by
        elif match and match[1] == "stop-commands" and re.fullmatch("[0-9a-f]{32}", match[2]):
            stopped_by = match[2]
        elif (match and match[1] != "error") or (re.search(r"##\w*\[", line) and not match):
            found.append(line)
    return found


COMMANDING = "##vso[task.prependpath]x ##[add-mask]x"
COMMANDING_SOURCE = f"""\
\'\'\'
::add-mask::x
 ::add-mask::x
\'\'\'
import uuid

pytestmark = pytest.mark.broad  # each starts a program in a hostile folder
run_id = str(uuid.uuid4())  # {COMMANDING}
thread_id = "{COMMANDING}"
thread_id = f"{COMMANDING}{{uuid.uuid4()}}"
x = uuid.uuid4()  # noqa : {COMMANDING}
"""


@pytest.fixture
def commanding(tmp_path: Path) -> Path:
    """A project whose names, code and settings hold commands to services wherever they may."""
    for folder in ("::add-mask::x", " ::add-mask::y", COMMANDING):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.py").write_text(COMMANDING_SOURCE)
        (tmp_path / folder / "broken.py").write_text("x =\n")
        (tmp_path / folder / f"{COMMANDING}.py").write_text(COMMANDING_SOURCE)
    (tmp_path / "::add-mask::z.py").write_text(COMMANDING_SOURCE)
    settings = f'[tool.ssot-lint]\nsentinels = ["{COMMANDING}"]\n'
    (tmp_path / "pyproject.toml").write_text(settings)
    return tmp_path


@pytest.mark.broad
@pytest.mark.skipif(os.name == "nt", reason="no such names")
@pytest.mark.parametrize("color", ["never", "always"])
def test_nothing_commands_a_service(
    commanding: Path, monkeypatch: pytest.MonkeyPatch, color: str
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    for command in COMMANDS:
        if command in ("clean", "init", "init --diff"):
            continue
        _, out, err = run(commanding, *command.split(), "--color", color)

        assert out + err
        assert commands_in(out) + commands_in(err) == [], command
    (commanding / "pyproject.toml").unlink()
    for command in ("init --diff", "init", "clean"):
        _, out, err = run(commanding, *command.split())
        assert commands_in(out) + commands_in(err) == [], command


@pytest.mark.skipif(os.name == "nt", reason="no such names")
def test_data_for_programs_stays_what_it_is(commanding: Path) -> None:
    entries = json.loads(run(commanding, "check", "--output-format", "json")[1])
    assert {Path(entry["filename"]).name for entry in entries} >= {"a.py", f"{COMMANDING}.py"}
    shown = run(commanding, "check", "--show-settings")[1]
    (commanding / "shown.toml").write_text(shown)
    again = run(commanding, "check", "--show-settings", "--config", "shown.toml")[1]
    assert "\\u0023#vso[task.prependpath]x" in shown
    assert shown.splitlines()[3:] == again.splitlines()[3:]


@pytest.mark.skipif(os.name == "nt", reason="no such names")
def test_a_diff_in_a_log_can_be_applied(commanding: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = run(commanding, "fix", "--diff", "-q")[1]
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    guarded = run(commanding, "fix", "--diff", "-q")[1]

    assert commands_in(plain)
    assert plain in re.sub("::(stop-commands::)?[0-9a-f]{32}(::)?\n", "", guarded)
    (commanding / "guarded.diff").write_text(guarded)
    git(commanding, "init", "-q")
    git(commanding, "apply", "-p0", "guarded.diff")
    assert run(commanding, "fix", "--diff", "-q")[1] == ""


@pytest.mark.skipif(not os.path.exists("/dev/fd/1"), reason="no such names")
@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1"])
def test_standard_output_by_name_keeps_its_place(tmp_path: Path, name: str) -> None:
    """Where a shell has directed it into a file, too."""
    (tmp_path / "a.py").write_text(BAD)
    command = [sys.executable, "-m", "ssot_lint", "check", "--no-cache", "a.py"]
    options = ["--output-format", "json-lines", "--output-file", name]
    with (tmp_path / "out.txt").open("wb") as out:
        subprocess.run([*command, *options], cwd=tmp_path, stdout=out, check=False)
    first, *others = (tmp_path / "out.txt").read_text().splitlines()

    assert json.loads(first)["code"] == "OST101"
    assert others == ["1 finding in 1 of 1 file.", "[*] 1 fixable with `ssot-lint fix`."]
    code, _, err = run(tmp_path, "check", "--output-file", "/dev/fd/999")
    assert (code, err) == (
        2,
        "ssot-lint: error: /dev/fd/999: cannot be written: Bad file descriptor\n",
    )
