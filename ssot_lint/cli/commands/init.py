"""`ssot-lint init`."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
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
from ssot_lint.reports.findings.text import render_counts, render_summary
from ssot_lint.rules.registry import CODES
from ssot_lint.run import files
from ssot_lint.run.discovery.generators import Candidate, clear_winner, find_generators
from ssot_lint.run.discovery.other_makers import OtherMaker, find_other_makers
from ssot_lint.run.discovery.proposals import proposed_settings
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
_MOST_ASKED = 9
_LATER = """\
# extend-select = ["OST401"]  # thread ids that reach a query without having been checked
# per-file-ignores = { "tests/**" = ["OST301"] }  # codes to leave out, by file pattern
# extend-exclude = ["legacy/**"]  # what is not looked into
# require-noqa-reason = true  # `# noqa` of our codes must say why
# All settings, with what is in force: ssot-lint check --show-settings
"""
_FIXING = "  ssot-lint fix --diff        what the safe fixes would change\n"
NEXT = f"""
Next:
  ssot-lint check             the findings, with their places
{_FIXING}\
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

    What makes the ids is looked for in the files below the folder: a class, a function, an object.
    Where several may be it, a terminal is asked. A section that is there already is never changed.
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
    chosen = _chosen(candidates, defaults)
    settings = proposed_settings(chosen, found, defaults) if chosen else _without(defaults)
    makers = find_other_makers(found, settings) if chosen else []
    others = [one for one in candidates if one is not chosen][:_MOST_TOLD]
    section = _section(settings if chosen else defaults, chosen, others, makers)
    _write(path, before, section, is_shown=diff)
    if chosen is None:
        warn(_not_found(others))
    else:
        _tell_generator(settings, chosen, others)
    for maker in makers[:_MOST_TOLD]:
        warn(maker.says)
    _tell_first_check(found, settings)
    click.echo(NEXT if chosen else NEXT.replace(_FIXING, ""), nl=False)
    return EXIT_CLEAN


def _chosen(candidates: Sequence[Candidate], defaults: Settings) -> Candidate | None:
    """The generator: the clear winner, or what a person at a terminal chooses."""
    winner = clear_winner(candidates, defaults)
    if len(candidates) < 2 or not _is_terminal():
        return winner
    click.echo("What makes the ids of this project?")
    shown = candidates[:_MOST_ASKED]
    for number, one in enumerate(shown, 1):
        click.echo(f"  {number}  {printable(one.says)}")
    click.echo("  0  none of these")
    answer: int = click.prompt(
        "Which one", type=click.IntRange(0, len(shown)), default=1 if winner is not None else 0
    )
    click.echo()
    return shown[answer - 1] if answer else None


def _is_terminal() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _without(defaults: Settings) -> Settings:
    """The settings of a project without a generator: nobody is told to call what is not there."""
    return replace(defaults, context_method="", id_prefixes=())


def _not_found(others: Sequence[Candidate]) -> str:
    if not others:
        return "nothing found that makes ids; set `generator` and its `id-method` in the section"
    listed = "; ".join(printable(one.says) for one in others)
    found = "several may make the ids, and none by far the most"
    if not any(one.is_general for one in others):
        found = "nothing found that makes ids of all kinds, only of some, or secrets"
    return f"{found}: {listed}; set `generator`"


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
    settings: Settings,
    chosen: Candidate | None,
    others: Sequence[Candidate],
    makers: Sequence[OtherMaker],
) -> str:
    text = render_settings(settings, _KEYS)
    if chosen is None:
        head, *rest = text.splitlines(keepends=True)
        text = head + "# Not found: set what makes your ids, and its methods.\n"
        text += "".join(f"# {line}" for line in rest)
    if others:
        listed = ", ".join(one.dotted for one in others)
        text += f"# What else may be the generator: {listed}\n"
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


def _tell_generator(settings: Settings, chosen: Candidate, others: Sequence[Candidate]) -> None:
    api = read_generator_api(settings)
    if api.warning:
        warn(api.warning)
    click.echo(f"Generator: {settings.generator}, in {printable(chosen.path)}")
    if settings.context_method:
        click.echo(f"  {settings.context_method} gives {', '.join(settings.context_ids)}")
    if api.method(settings.id_method) is not None:
        click.echo(f"  {settings.id_method} gives one id")
    for one in others:
        click.echo(f"  or is it {one.dotted}, in {printable(one.path)}?")
    click.echo()


def _tell_first_check(found: Sequence[str], settings: Settings) -> None:
    with Progress(hidden=False) as progress:
        # What is told to be fixable must be what `fix` does, which asks all files.
        jobs = usable_cores()
        options = Options(jobs=jobs, asks_all=True, progress=progress.show, warn=warn)
        runner = Runner(SettingsReader(CODES, fixed=settings), options)
        results = list(runner.check_files(found))
    click.echo("A first check:")
    click.echo(render_counts(results), nl=False, color=is_colored("auto"))
    click.echo(render_summary(results), nl=False)
