"""What the guides say is true: examples run before and after their fixes, commands print it."""

from __future__ import annotations

import difflib
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.docs.test_readme import run as run_line
from tests.helpers.fixture_files import ROOT
from tests.helpers.in_process import run, run_flake8

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

pytestmark = pytest.mark.broad  # runs the examples

EXAMPLES = ROOT / "examples"
PAGES = ROOT / "docs" / "guides"


@dataclass(frozen=True)
class Guide:
    """An example project, and what is found in it."""

    example: str
    found: Mapping[str, tuple[str, ...]]
    """Codes by files; files that are not named have none."""
    left: Mapping[str, tuple[str, ...]]
    """The same, behind `ssot-lint fix`."""
    members: tuple[str, ...] = (".",)
    """Folders with settings of their own."""


GUIDES = {
    "django": Guide(
        "django_shop",
        found={
            "shop/invitations.py": ("OST101",),
            "shop/models.py": ("OST102", "OST102"),
            "shop/shipping.py": ("OST101", "OST101", "OST104"),
            "shop/views.py": ("OST101",),
        },
        left={
            "shop/invitations.py": ("OST101",),
            "shop/models.py": ("OST102", "OST102"),
            "shop/shipping.py": ("OST101", "OST101"),
        },
    ),
    "fastapi": Guide(
        "fastapi_service",
        found={
            "service/context.py": ("OST201", "OST202"),
            "service/jobs.py": ("OST104", "OST101"),
            "service/main.py": ("OST101",),
            "service/models.py": ("OST101", "OST102"),
        },
        left={"service/jobs.py": ("OST101",), "service/models.py": ("OST102",)},
    ),
    "monorepo": Guide(
        "monorepo",
        found={
            "libs/events/events/log.py": ("OST101",),
            "services/billing/billing/invoices.py": ("OST101", "OST101", "OST101"),
            "services/orders/orders/cart.py": ("OST101", "OST105"),
            "services/orders/orders/labels.py": ("OST101",),
        },
        left={"services/orders/orders/labels.py": ("OST101",)},
        members=("services/billing", "services/orders", "libs/events"),
    ),
}


@pytest.fixture(params=GUIDES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def project(tmp_path: Path, name: str) -> Path:
    """A copy of the example, in a repository of its own as the pages have it."""
    copy = tmp_path / GUIDES[name].example
    unwanted = shutil.ignore_patterns("__pycache__", ".*_cache")
    shutil.copytree(EXAMPLES / GUIDES[name].example, copy, ignore=unwanted)
    subprocess.run(["git", "init", "-q", "."], cwd=copy, check=True)
    return copy


def assert_its_tests_pass(project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    tests = sum(path.read_text().count("\ndef test_") for path in project.rglob("test_*.py"))
    assert f"{tests} passed" in done.stdout


def codes(folder: Path, *paths: str) -> dict[str, tuple[str, ...]]:
    """What a check finds: codes by files, in their order."""
    return codes_in(run(folder, "check", "--output-format", "concise", *paths)[1])


def codes_in(report: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for path, code in re.findall(r"^(?:\./)?([\w/.]+):\d+:\d+: (OST\d+) ", report, re.M):
        found[path] = (*found.get(path, ()), code)
    return found


def test_an_example_runs_before_and_after_its_fixes(project: Path, name: str) -> None:
    guide = GUIDES[name]
    assert_its_tests_pass(project)
    assert codes(project) == codes_in(run_flake8(project).stdout) == guide.found

    code, out, _ = run(project, "fix")
    fixed = Counter[str]()
    for before in guide.found.values():
        fixed.update(before)
    for after in guide.left.values():
        fixed.subtract(after)
    assert code == 1
    assert f"Fixed {fixed.total()} findings in " in out
    assert codes(project) == guide.left
    assert_its_tests_pass(project)


def test_the_examples_in_this_repository_are_found_to_be_the_same() -> None:
    """The repository excludes them, their own settings do not."""
    found = codes(EXAMPLES, *(guide.example for guide in GUIDES.values()))

    assert found == {
        f"{guide.example}/{path}": codes
        for guide in GUIDES.values()
        for path, codes in guide.found.items()
    }


def test_init_proposes_what_the_example_sets(project: Path, name: str) -> None:
    ours = ("generator", "generator-aliases", "context-method", "context-ids", "id-method")
    told = []
    for member in GUIDES[name].members:
        path = project / member / "pyproject.toml"
        text = path.read_text()
        path.write_text(text[: text.index("[tool.ssot-lint]")])
        code, out, err = run(project, "init", member)
        assert (code, err) == (0, "")

        proposed, written = (section_of(one) for one in (path.read_text(), text))
        for key in (*ours, "validators", "id-prefixes", "exempt"):
            assert proposed[key] == written[key], key
        assert f"\nGenerator: {written['generator']}, in " in out
        told.append(out)
    for said in re.findall(r"`(Generator: [^`]*|\w+ gives [^`]*)`", read(name)):
        assert any(said in out for out in told), said


def section_of(text: str) -> dict[str, object]:
    section = tomllib.loads(text)["tool"]["ssot-lint"]
    assert isinstance(section, dict)
    return section


# The pages


FENCE = r"^```({})\n(.*?)^```$"


def blocks(name: str, language: str) -> list[str]:
    """What stands in the blocks of a page that are of a language."""
    found = re.finditer(FENCE.format(language), read(name), re.S | re.M)
    return [block[2] for block in found]


def read(name: str) -> str:
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


def printed(command: str, folder: Path) -> tuple[str, str]:
    """What a command prints, on standard output and on standard error."""
    program, *arguments = shlex.split(command)
    if program == "ssot-lint":
        return run(folder, *arguments)[1:]
    done = run_line(command, folder)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def as_shown(printed: str, shown: str) -> str:
    """What is printed, with `...` in the place of those lines that a page leaves out."""
    if "...\n" not in shown:
        return printed
    pattern = ".*?".join(map(re.escape, re.split(r"^\.\.\.\n", shown, flags=re.M)))
    return shown if re.fullmatch(pattern, printed, re.S) else printed


def told(page: str, project: Path) -> str:
    """The page with what its commands print now: `$ ssot-lint check`, and what it prints below.

    Of a command in a block of a diff, what it says on standard error is left out.
    """

    def step(found: re.Match[str]) -> str:
        out, err = printed(found[1], project)
        shown = as_shown(out if out.startswith("--- ") else out + err, found[2])
        return f"$ {found[1]}\n{shown}"

    def block(found: re.Match[str]) -> str:
        return re.sub(r"^\$ (.*)\n((?:(?!\$ |```).*\n)*)", step, found[0], flags=re.M)

    return re.sub(FENCE.format("console|diff"), block, page, flags=re.S | re.M)


def test_a_page_shows_what_is_printed(project: Path, name: str, regen: bool) -> None:
    """`pytest --regen` writes it; lines in whose place `...` stands must fit."""
    shown = read(name)
    now = told(shown, project)
    if regen:
        (PAGES / f"{name}.md").write_text(now, encoding="utf-8")
    else:
        assert now == shown, "\n".join(difflib.unified_diff(shown.split("\n"), now.split("\n")))
    # The last word is that all is well, for whoever is asked.
    assert run(project, "check")[0] == 0
    assert run_flake8(project).returncode == 0
    assert_its_tests_pass(project)


def test_a_page_has_the_settings_of_its_example(name: str) -> None:
    """It may leave out what is empty."""
    guide = GUIDES[name]
    files = [EXAMPLES / guide.example / member / "pyproject.toml" for member in guide.members]
    whole = [section_of(path.read_text()) for path in files]
    shown = [section_of(block) for block in blocks(name, "toml")]

    assert shown
    for section in shown:
        assert any(section.items() <= one.items() for one in whole), section


def test_hooks_and_commands_of_a_page_are_there(project: Path, name: str) -> None:
    offered = re.findall(r"- id: (\S+)", (ROOT / ".pre-commit-hooks.yaml").read_text())
    hooks = [yaml.safe_load(block)["repos"][0]["hooks"][0]["id"] for block in blocks(name, "yaml")]
    hooks += re.findall(r"`id: ([^`]*)`", read(name))
    commands = re.findall(r"`ssot-lint (check [^`]*)`", read(name))

    assert [hook in offered for hook in hooks] == [True]
    assert commands
    for line in ("git add .", "git commit -qm all", "git update-ref refs/remotes/origin/main HEAD"):
        assert run_line(line, project).returncode == 0
    for command in commands:
        code, _, err = run(project, *shlex.split(command))
        assert code in (0, 1), err


def test_a_narrower_column_is_refused_what_is_longer(tmp_path: Path) -> None:
    """As the page for FastAPI says."""
    shutil.copytree(EXAMPLES / "fastapi_service" / "service", tmp_path / "service")
    shutil.copy(EXAMPLES / "fastapi_service" / "pyproject.toml", tmp_path)
    models = tmp_path / "service" / "models.py"
    models.write_text(
        models.read_text().replace("String(64), primary_key", "String(20), primary_key")
    )
    _, out, _ = run(tmp_path, "check", "service/models.py")

    assert "(no fix: its width is fixed to 20 characters, line 19)" in out


def test_the_links_of_a_page_lead_somewhere(name: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#\s]*)(?:#([\w-]+))?\)", read(name))

    assert f"(docs/guides/{name}.md)" in readme
    for path, anchor in links:
        target = (PAGES / path).resolve() if path else PAGES / f"{name}.md"
        assert target.exists(), path
        heads = re.findall(r"^#+ (.*)$", target.read_text() if anchor else "", re.M)
        anchors = [re.sub(r"[^\w -]", "", head).lower().replace(" ", "-") for head in heads]
        assert not anchor or anchor in anchors, anchor
