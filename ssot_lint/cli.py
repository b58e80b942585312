"""The command line."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ssot_lint import __version__, files
from ssot_lint.cache import FOLDER, remove_cache, remove_caches
from ssot_lint.errors import UserError
from ssot_lint.model import FileResult, FixResult
from ssot_lint.progress import Progress
from ssot_lint.reports import RENDERERS, Renderer
from ssot_lint.reports.diff import render_diff
from ssot_lint.reports.json import render_json_statistics
from ssot_lint.reports.settings import render_in_force
from ssot_lint.reports.text import (
    printable,
    render_fix_summary,
    render_fixes,
    render_statistics,
    render_summary,
)
from ssot_lint.run import FixedFile, Options, Runner, shard
from ssot_lint.screens import CODES
from ssot_lint.settings import Settings, SettingsReader, check_codes

if TYPE_CHECKING:
    from ssot_lint.rule import Rule

F = TypeVar("F", bound=Callable[..., Any])

EXIT_CLEAN, EXIT_FINDINGS, EXIT_ERROR = 0, 1, 2


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 clean, 1 findings, 2 bad input or a file not analysed."""
    try:
        sys.exit(cli.main(args, prog_name="ssot-lint", standalone_mode=False) or EXIT_CLEAN)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(EXIT_ERROR)
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx is not None else "ssot-lint"
        _fail(f"{error.format_message()} (see `{command} --help`)")
    except (UserError, click.ClickException) as error:
        _fail(error.format_message() if isinstance(error, click.ClickException) else str(error))
    except click.Abort:
        _fail("interrupted")
    except OSError as error:
        # The reader of our output has gone, or the disk is full. Python would complain again
        # when it flushes at exit.
        if sys.stdout is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            sys.exit(EXIT_ERROR)
        _fail(f"{error.filename or 'cannot write the output'}: {error.strerror}")
    except Exception as error:
        _fail(f"internal error, please report it: {type(error).__name__}: {error}")


def _fail(message: str) -> None:
    click.echo(f"ssot-lint: error: {printable(message)}", err=True)
    sys.exit(EXIT_ERROR)


def _codes(context: click.Context, option: click.Parameter, value: str | None) -> Any:
    if value is None:
        return None
    try:
        codes = check_codes((code.strip() for code in value.split(",") if code.strip()), CODES)
        if not codes:
            raise ValueError("needs at least one code")
        return codes
    except ValueError as error:
        raise UserError(f"--{(option.name or '').replace('_', '-')} {error}") from None


def _selection_options(command: F) -> F:
    for name, text in (
        ("--extend-select", "Codes to report besides those selected."),
        ("--ignore", "Codes or prefixes to leave out."),
        ("--select", "Codes or prefixes to report."),
    ):
        command = click.option(name, metavar="CODES", callback=_codes, help=text)(command)
    return command


def _settings_options(command: F) -> F:
    command = click.option(
        "--isolated", is_flag=True, help="Read no pyproject.toml; all settings at their defaults."
    )(command)
    return click.option(
        "--config",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Read [tool.ssot-lint] from this TOML file, for all files.",
    )(command)


def _file_options(command: F) -> F:
    command = click.option(
        "--respect-gitignore/--no-respect-gitignore",
        default=True,
        help="Leave out what .gitignore names, or not.  [default: respect]",
    )(command)
    command = click.option(
        "--force-exclude", is_flag=True, help="Exclude files that are given, too."
    )(command)
    return click.option(
        "--stdin-filename", metavar="FILE", help="File name to report for standard input."
    )(command)


def _run_options(command: F) -> F:
    command = click.option(
        "--shard",
        metavar="K/N",
        callback=_shard,
        help="Take the K-th of N parts of the files, for N machines.",
    )(command)
    command = click.option(
        "--cache-dir",
        type=click.Path(path_type=Path),
        metavar="FOLDER",
        envvar="SSOT_LINT_CACHE_DIR",
        help=f"Where results are kept.  [default: {FOLDER} in each project]",
    )(command)
    command = click.option(
        "--no-cache", is_flag=True, help="Neither use nor keep the results of earlier runs."
    )(command)
    return click.option(
        "-j",
        "--jobs",
        type=click.IntRange(min=1),
        metavar="N",
        help="How many processes to use.  [default: one for each core]",
    )(command)


def _shard(
    context: click.Context, option: click.Parameter, value: str | None
) -> tuple[int, int] | None:
    if value is None:
        return None
    match = re.fullmatch(r"(\d{1,6})/(\d{1,6})", value)
    part, parts = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= part <= parts:
        raise UserError(f"--shard takes K/N with K from 1 to N, such as 2/5, not `{value}`")
    return part, parts


def _output_options(command: F) -> F:
    command = click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        help="Colour the output; auto does on a terminal, unless NO_COLOR is set.",
    )(command)
    return click.option(
        "-q", "--quiet", is_flag=True, help="Findings only: no summary, no warnings."
    )(command)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ssot-lint", message="%(prog)s %(version)s")
def cli() -> None:
    """Finds ids that are made without going through the one id generator of a backend."""


@cli.command()
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@_selection_options
@click.option(
    "--output-format",
    type=click.Choice(sorted(RENDERERS)),
    default="text",
    show_default=True,
    help="text adds the source line on a terminal.",
)
@click.option("--statistics", is_flag=True, help="Show counts per code instead of findings.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 when there are findings.")
@click.option("--ignore-noqa", is_flag=True, help="Report suppressed findings too.")
@click.option(
    "--show-settings",
    is_flag=True,
    help="Show what is in force for the first path, and what is known of the generator.",
)
@_file_options
@_run_options
@_settings_options
@_output_options
def check(
    paths: tuple[str, ...],
    *,
    select: tuple[str, ...] | None,
    ignore: tuple[str, ...] | None,
    extend_select: tuple[str, ...] | None,
    output_format: str,
    statistics: bool,
    exit_zero: bool,
    ignore_noqa: bool,
    show_settings: bool,
    stdin_filename: str | None,
    force_exclude: bool,
    respect_gitignore: bool,
    jobs: int | None,
    no_cache: bool,
    cache_dir: Path | None,
    shard: tuple[int, int] | None,
    config: Path | None,
    isolated: bool,
    quiet: bool,
    color: str,
) -> int:
    """Check files and folders.

    By default the current folder. A path `-` reads standard input.
    """
    reader = _reader(config, isolated, _selection(select, ignore, extend_select))
    progress = Progress(hidden=quiet)
    options = _options(jobs, no_cache, cache_dir, progress)
    runner = Runner(reader, options, ignore_noqa=ignore_noqa)
    if show_settings:
        settings = _settings_for(paths, reader, stdin_filename)
        click.echo(render_in_force(settings, runner.generator_api(settings)), nl=False)
        return EXIT_CLEAN
    if _is_stdin(paths, stdin_filename):
        results = _check_stdin(runner, reader, stdin_filename, force_exclude)
    else:
        found = _find(paths, reader, force_exclude, respect_gitignore, shard, quiet=quiet)
        with progress:
            results = list(runner.check_files(found))
    colored = _colored(color)
    _print(results, output_format, statistics=statistics, quiet=quiet, color=colored)
    return _exit_code(results, exit_zero=exit_zero)


def _options(
    jobs: int | None, no_cache: bool, cache_dir: Path | None, progress: Progress
) -> Options:
    if cache_dir is not None and cache_dir.exists() and not cache_dir.is_dir():
        raise UserError(f"--cache-dir {cache_dir}: is no folder")
    return Options(
        jobs=jobs or _cores(),
        use_cache=not no_cache,
        cache_dir=cache_dir,
        progress=progress.show,
        warn=lambda message: _warn(message),
    )


def _cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _warn(message: str) -> None:
    click.echo(f"ssot-lint: warning: {printable(message)}", err=True)


def _reader(config: Path | None, isolated: bool, overrides: dict[str, object]) -> SettingsReader:
    if config is not None and isolated:
        raise click.UsageError("--config and --isolated exclude each other")
    return SettingsReader(CODES, config=config, isolated=isolated, overrides=overrides)


def _settings_for(
    paths: tuple[str, ...], reader: SettingsReader, stdin_filename: str | None
) -> Settings:
    """The settings for the first path. Raises UserError when it is not there."""
    path = paths[0] if paths else "."
    if _is_stdin(paths, stdin_filename):
        return reader.for_file(stdin_filename or "-")
    if os.path.isdir(path):
        return reader.for_folder(Path(os.path.abspath(path)))
    if not os.path.exists(path):
        raise UserError(f"{path}: no such file or folder")
    return reader.for_file(path)


def _is_stdin(paths: tuple[str, ...], stdin_filename: str | None) -> bool:
    # As in ruff, a name for standard input means that it is read.
    if "-" not in paths and stdin_filename is None:
        return False
    if paths not in ((), ("-",)):
        raise click.UsageError("standard input cannot be combined with other paths")
    return True


def _find(
    paths: tuple[str, ...],
    reader: SettingsReader,
    force_exclude: bool,
    respect_gitignore: bool,
    part: tuple[int, int] | None,
    *,
    quiet: bool,
) -> list[str]:
    found = files.find_files(
        paths or (".",), reader, force_exclude=force_exclude, respect_gitignore=respect_gitignore
    )
    if not found and not quiet:
        _warn("no Python files found")
    return found if part is None else shard(found, reader, *part)


def _selection(
    select: tuple[str, ...] | None,
    ignore: tuple[str, ...] | None,
    extend_select: tuple[str, ...] | None,
) -> dict[str, object]:
    """As in ruff: `--select` sets aside what the file selects and ignores, others go over it."""
    if select is not None:
        return {"select": select, "extend_select": extend_select or (), "ignore": ignore or ()}
    on = ((code, True) for code in extend_select or ())
    off = ((code, False) for code in ignore or ())
    return {"choices": (*on, *off)}


def _check_stdin(
    runner: Runner, reader: SettingsReader, name: str | None, force_exclude: bool
) -> list[FileResult]:
    source = _read_stdin()
    if name is None:
        return [runner.check_bytes(source, "-")]
    if force_exclude and files.is_excluded(name, reader):
        return []
    return [runner.check_bytes(source, name)]


def _read_stdin() -> bytes:
    if sys.stdin is None:
        raise UserError("standard input is closed; give a file or a folder")
    return sys.stdin.buffer.read()


def _print(
    results: list[FileResult],
    output_format: str,
    *,
    quiet: bool,
    color: bool,
    statistics: bool = False,
    summary: bool = True,
    err: bool = False,
) -> None:
    if not quiet:
        for warning in (w for result in results for w in result.warnings):
            _warn(warning)
    if statistics and output_format == "json":
        click.echo(render_json_statistics(results), nl=False)
    elif statistics:
        click.echo(render_statistics(results), nl=False, color=color)
    else:
        if output_format == "text" and not (color or _on_terminal()):
            output_format = "concise"
        render: Renderer = RENDERERS[output_format]
        click.echo(render(results), nl=False, color=color, err=err)
    if summary and not quiet and output_format != "json":
        click.echo(render_summary(results), nl=False)


def _colored(choice: str) -> bool:
    if choice == "auto":
        return _on_terminal() and not os.environ.get("NO_COLOR")
    return choice == "always"


def _on_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def _exit_code(results: list[FileResult], *, exit_zero: bool) -> int:
    if not all(result.analysed for result in results):
        return EXIT_ERROR
    found = any(result.findings for result in results)
    return EXIT_FINDINGS if found and not exit_zero else EXIT_CLEAN


@cli.command()
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option("--unsafe-fixes", is_flag=True, help="Apply fixes that may change the meaning, too.")
@click.option("--diff", is_flag=True, help="Show what would change instead of writing it.")
@_selection_options
@click.option("--show-fixes", is_flag=True, help="List what was fixed, by file.")
@click.option(
    "--exit-non-zero-on-fix",
    is_flag=True,
    help="Exit with 1 when files change, too.",
)
@_file_options
@_run_options
@_settings_options
@_output_options
def fix(
    paths: tuple[str, ...],
    *,
    unsafe_fixes: bool,
    diff: bool,
    select: tuple[str, ...] | None,
    ignore: tuple[str, ...] | None,
    extend_select: tuple[str, ...] | None,
    show_fixes: bool,
    exit_non_zero_on_fix: bool,
    stdin_filename: str | None,
    force_exclude: bool,
    respect_gitignore: bool,
    jobs: int | None,
    no_cache: bool,
    cache_dir: Path | None,
    shard: tuple[int, int] | None,
    config: Path | None,
    isolated: bool,
    quiet: bool,
    color: str,
) -> int:
    """Apply safe fixes to files and folders, and report what is left.

    By default the current folder. A path `-` reads standard input and writes the result to
    standard output.
    """
    reader = _reader(config, isolated, _selection(select, ignore, extend_select))
    progress = Progress(hidden=quiet or diff)
    runner = Runner(reader, _options(jobs, no_cache, cache_dir, progress))
    from_stdin = _is_stdin(paths, stdin_filename)
    if from_stdin:
        fixes = _fix_stdin(runner, reader, stdin_filename, force_exclude, unsafe_fixes)
    else:
        found = _find(paths, reader, force_exclude, respect_gitignore, shard, quiet=quiet)
        fixes = runner.fix_files(found, unsafe=unsafe_fixes)
    results: list[FixResult] = []
    failed = False
    with progress:
        for fixed in fixes:
            results.append(fixed.result)
            after = fixed.result.source if fixed.result.source is not None else fixed.before
            if diff:
                click.echo(render_diff(fixed.path, fixed.before, after), nl=False)
            elif from_stdin:
                click.echo(after, nl=False)
            elif after != fixed.before:
                try:
                    files.replace(fixed.path, fixed.before, after)
                except UserError as error:
                    failed = True
                    results[-1] = FixResult(runner.check_bytes(fixed.before, fixed.path))
                    click.echo(f"ssot-lint: error: {printable(str(error))}", err=True)
    # What was written to standard output must stay alone there.
    to_stderr = diff or from_stdin
    left = [result.result for result in results]
    if not diff:
        _print(left, "text", quiet=quiet, color=_colored(color), summary=False, err=to_stderr)
    if show_fixes:
        click.echo(render_fixes(results), nl=False, err=to_stderr, color=_colored(color))
    if not quiet:
        summary = render_fix_summary(results, unsafe=unsafe_fixes, written=not diff)
        click.echo(summary, nl=False, err=to_stderr)
    changed = any(result.source is not None for result in results)
    if failed or not all(result.analysed for result in left):
        return EXIT_ERROR
    if diff:
        return EXIT_FINDINGS if changed else EXIT_CLEAN
    if changed and exit_non_zero_on_fix:
        return EXIT_FINDINGS
    return _exit_code(left, exit_zero=False)


def _fix_stdin(
    runner: Runner, reader: SettingsReader, name: str | None, force_exclude: bool, unsafe: bool
) -> Iterator[FixedFile]:
    source = _read_stdin()
    path = name or "-"
    if name is not None and force_exclude and files.is_excluded(name, reader):
        yield FixedFile(path, source, FixResult(FileResult(path)))
    else:
        yield FixedFile(path, source, runner.fix_bytes(source, path, unsafe=unsafe))


@cli.command()
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path), metavar="[FOLDERS]...")
@_output_options
def clean(folders: tuple[Path, ...], *, quiet: bool, color: str) -> None:
    """Remove the caches in folders and below, by default in the current folder.

    A folder that was given as --cache-dir can be given, too.
    """
    for folder in folders or (Path(),):
        if not folder.is_dir():
            raise UserError(f"{folder}: no such folder")
        removed = [folder] if remove_cache(folder) else list(remove_caches(folder))
        for path in [] if quiet else removed:
            click.echo(f"removed {printable(str(path))}")


@cli.command()
@click.argument("code", required=False)
@click.option("--output-format", type=click.Choice(["text", "json", "markdown"]), default="text")
def rule(code: str | None, output_format: str) -> None:
    """Print the documentation of a rule, or the table of all."""
    from ssot_lint.rules import ALL_RULES  # takes longer to import than everything else here

    rules: Sequence[type[Rule]] = ALL_RULES
    if code is not None:
        rules = [one for one in ALL_RULES if code in (one.code, one.code.lower(), one.name)]
        if not rules:
            raise UserError(f"no rule `{code}`; `ssot-lint rule` lists them")
    if output_format == "json":
        entries = [_rule_entry(one) for one in rules]
        click.echo(json.dumps(entries if code is None else entries[0], indent=2))
    elif code is not None:
        click.echo(f"# {rules[0].code} {rules[0].name}\n\n{rules[0].documentation()}\n")
        if not rules[0].screen.on_by_default:
            click.echo(f"Off by default; `--extend-select {rules[0].code}` turns it on.")
        click.echo("Class, method and prefix names are the defaults; pyproject.toml sets yours.")
    elif output_format == "markdown":
        click.echo(render_rule_table(), nl=False)
    else:
        width = max(len(one.name) for one in rules)
        for one in rules:
            click.echo(f"{one.code}  {one.name:<{width}}  {_shown_summary(one)}")


def _shown_summary(one: type[Rule]) -> str:
    return one.summary() if one.screen.on_by_default else f"{one.summary()} (off by default)"


def _rule_entry(one: type[Rule]) -> dict[str, object]:
    return {
        "code": one.code,
        "name": one.name,
        "summary": one.summary(),
        "fixable": one.fixable,
        "on_by_default": one.screen.on_by_default,
        "documentation": one.documentation(),
    }


def render_rule_table() -> str:
    """All rules as a Markdown table."""
    from ssot_lint.rules import ALL_RULES

    rows = [("Code", "Name", "Fix", "What it finds")]
    rows += [(one.code, one.name, one.fixable, _shown_summary(one)) for one in ALL_RULES]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = ["| " + " | ".join([*map(str.ljust, row[:3], widths), row[3]]) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|---|")
    return "\n".join(lines) + "\n"
