"""`ssot-lint fix`."""

from __future__ import annotations

import click

from ssot_lint.cli.commands.baseline import no_baseline_option
from ssot_lint.cli.fixing.task import CONCISE, PARTS, REPORTS, Shown, Task
from ssot_lint.cli.options import Common, common_options
from ssot_lint.cli.progress import Progress
from ssot_lint.cli.values import PathName
from ssot_lint.run.ratchet import Baselines
from ssot_lint.run.runner import Runner


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option("--unsafe-fixes", is_flag=True, help="Apply fixes that may change the meaning, too.")
@click.option("--diff", is_flag=True, help="Show what would change instead of writing it.")
@click.option("--show-fixes", is_flag=True, help="List what was fixed, by file.")
@click.option(
    "--output-format",
    type=click.Choice((CONCISE, *REPORTS)),
    default=CONCISE,
    show_default=True,
    help="How to tell what was done and left; all but `concise` are reports.",
)
@click.option(
    "--report",
    type=PathName(),
    multiple=True,
    metavar="FILE",
    help="Tell it in a file, too: in .txt, .json, .md or .html.",
)
@click.option("--statistics", is_flag=True, help="Count what is left, by rule and reason.")
@click.option(
    "--patches",
    type=PathName(),
    metavar="DIR",
    help="Write patches into a new folder, for `git apply` in their order, and change nothing.",
)
@click.option(
    "--by",
    type=click.Choice(PARTS),
    help="What goes into one patch, by default a package; owners are those of CODEOWNERS.",
)
@click.option("-i", "--interactive", is_flag=True, help="Show one fix after the other, and ask.")
@click.option(
    "--exit-non-zero-on-fix",
    is_flag=True,
    help="Exit with 1 when files change, too.",
)
@no_baseline_option
@common_options
def fix(
    paths: tuple[str, ...],
    *,
    unsafe_fixes: bool,
    diff: bool,
    show_fixes: bool,
    output_format: str,
    report: tuple[str, ...],
    statistics: bool,
    patches: str | None,
    by: str | None,
    interactive: bool,
    exit_non_zero_on_fix: bool,
    no_baseline: bool,
    common: Common,
) -> int:
    """Apply safe fixes to files and folders, and report what is left.

    Findings that a baseline accepts are left alone, unless --no-baseline. By default the current
    folder. A path `-` reads standard input and writes the result to standard output.
    """
    shown = Shown(output_format, report, statistics=statistics, show_fixes=show_fixes)
    asked = Task(paths, common, unsafe_fixes, diff, patches, by, shown, exit_non_zero_on_fix)
    asked.check(interactive=interactive)
    reader = common.reader()
    progress = Progress(hidden=common.quiet or diff or interactive)
    runner = Runner(reader, common.run_options(progress, asks_all=not common.is_stdin(paths)))
    baselines = None if no_baseline else Baselines(reader, common.baseline)
    if interactive:
        return asked.interact(reader, runner, baselines)
    with progress:
        done = asked.run(reader, runner, baselines)
    return asked.tell(done, reader, runner)
