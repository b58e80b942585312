"""`ssot-lint init`."""

from __future__ import annotations

import codecs
import os
from collections.abc import Sequence
from pathlib import Path

import click

from ssot_lint.cli.options import usable_cores
from ssot_lint.cli.output import EXIT_CLEAN, echo_diff, is_colored, warn
from ssot_lint.cli.progress import Progress
from ssot_lint.config.reader import SettingsReader, has_section, parses
from ssot_lint.config.settings import Settings, render_settings
from ssot_lint.ids.generator.reading import read_generator_api
from ssot_lint.model.errors import UserError, printable
from ssot_lint.reports.diff import render_diff
from ssot_lint.reports.findings.text import render_statistics, render_summary
from ssot_lint.rules.registry import CODES
from ssot_lint.run import files
from ssot_lint.run.discovery.generators import Candidate, find_generators, proposed_settings
from ssot_lint.run.discovery.other_makers import OtherMaker, find_other_makers
from ssot_lint.run.runner import Options, Runner

# What a project should look at first, in the order of the section.
_KEYS = (
    "generator",
    "generator-aliases",
    "context-method",
    "context-ids",
    "id-method",
    "validators",
    "id-prefixes",
    "context-classes",
    "exempt",
)
# Others are told of later, when these are gone.
_MOST_TOLD = 5
_LATER = """\
# extend-select = ["OST401"]  # thread ids that reach a query without having been checked
# per-file-ignores = { "tests/**" = ["OST301"] }  # codes to leave out, by file pattern
# extend-exclude = ["legacy/**"]  # what is not looked into
# require-noqa-reason = true  # `# noqa` of our codes must say why
# All settings, with what is in force: ssot-lint check --show-settings
"""
NEXT = """
Next:
  ssot-lint check             the findings, with their places
  ssot-lint fix --diff        what the safe fixes would change
  ssot-lint baseline          accept today's findings: only new ones are reported from then on
  ssot-lint report            what share of the ids the generator makes

pre-commit, in .pre-commit-config.yaml:
  - repo: https://example.com/ssot_lint  # where you keep this repository
    rev: 0123abc  # a tag or commit of it
    hooks:
      - id: ssot-lint

flake8, wherever it runs (the plugin comes with the package):
  flake8 --select OST,E9

ruff, so that it knows our codes in `# noqa`, in pyproject.toml:
  [tool.ruff.lint]
  external = ["OST"]
"""


@click.command()
@click.argument("folder", default=".", metavar="[FOLDER]")
@click.option("--diff", is_flag=True, help="Show what would be written, and write nothing.")
def init(folder: str, *, diff: bool) -> int:
    """Set a project up: write its section in pyproject.toml and say what a first check finds.

    The class that makes the ids is looked for in the files below the folder. A section that is
    there already is never changed.
    """
    if not os.path.isdir(folder):
        raise UserError(f"{folder}: no such folder; give the project's")
    path = Path(folder, "pyproject.toml")
    before = _read(path)
    if before is not None and has_section(path):
        raise UserError(f"{path}: has a section [tool.ssot-lint] already; change it there")
    if not diff:
        files.expect_inside(str(path), [folder], "write the section by hand, see --diff")
    defaults = Settings(root=Path(folder).absolute())
    found = files.find_files([folder], SettingsReader(CODES, fixed=defaults))
    candidates = find_generators(found, defaults)
    settings = proposed_settings(candidates[0], found, defaults) if candidates else defaults
    makers = find_other_makers(found, settings) if candidates else []
    _write(path, before, _section(settings, candidates, makers), is_shown=diff)
    _tell_generator(settings, candidates)
    for one in makers[:_MOST_TOLD]:
        warn(one.says)
    _tell_first_check(found, settings)
    click.echo(NEXT, nl=False)
    return EXIT_CLEAN


def _read(path: Path) -> bytes | None:
    """The file's bytes; None where there is none. Raises UserError."""
    try:
        content = files.read(str(path))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from None
    if content.startswith(codecs.BOM_UTF8):
        told = "begins with a byte order mark (BOM), which TOML does not know"
        raise UserError(f"{path}: {told}; save it as UTF-8 without one")
    return content


def _section(
    settings: Settings, candidates: Sequence[Candidate], makers: Sequence[OtherMaker]
) -> str:
    text = render_settings(settings, _KEYS)
    if not candidates:
        head, *rest = text.splitlines(keepends=True)
        text = head + "# Not found: set your class and its methods.\n"
        text += "".join(f"# {line}" for line in rest)
    others = [one.dotted for one in candidates[1:]]
    if others:
        text += f"# Other classes that may be the generator: {', '.join(others)}\n"
    if makers:
        listed = ", ".join(f'"{one.dotted}"' for one in makers[:_MOST_TOLD])
        text += f"# other-makers = [{listed}]  # they make ids, too: OST105\n"
    return text + _LATER


def _write(path: Path, before: bytes | None, section: str, *, is_shown: bool) -> None:
    """Put the section at the end of the file, which keeps all that it has. Raises UserError."""
    end = b"\r\n" if before and b"\r\n" in before else b"\n"
    after = before or b""
    if after:
        after += b"" if after.endswith(b"\n") else end
        after += end
    after += section.encode().replace(b"\n", end)
    if not parses(after):
        raise UserError(
            f"{path}: `tool` is closed there to further sections; open it or use --config"
        )
    if is_shown:
        echo_diff(render_diff(str(path), before or b"", after) + b"\n")
    elif before is None:
        files.write_report(str(path), after.decode())
    else:
        files.replace(str(path), before, after)
    if not is_shown:
        click.echo(f"Wrote [tool.ssot-lint] to {printable(str(path))}.\n")


def _tell_generator(settings: Settings, candidates: Sequence[Candidate]) -> None:
    if not candidates:
        warn(
            f"no class with a method `{settings.context_method}` found; "
            "set `generator` and its methods in the section"
        )
        return
    api = read_generator_api(settings)
    if api.warning:
        warn(api.warning)
    click.echo(f"Generator: {settings.generator}, in {printable(candidates[0].path)}")
    click.echo(f"  {settings.context_method} gives {', '.join(settings.context_ids)}")
    if api.method(settings.id_method) is not None:
        click.echo(f"  {settings.id_method} gives one id")
    for one in candidates[1:]:
        click.echo(f"  or is it {one.dotted}, in {printable(one.path)}?")
    click.echo()


def _tell_first_check(found: Sequence[str], settings: Settings) -> None:
    with Progress(hidden=False) as progress:
        options = Options(jobs=usable_cores(), progress=progress.show, warn=warn)
        runner = Runner(SettingsReader(CODES, fixed=settings), options)
        results = list(runner.check_files(found))
    click.echo("A first check:")
    click.echo(render_statistics(results), nl=False, color=is_colored("auto"))
    click.echo(render_summary(results), nl=False)
