"""What `check --add-noqa` does."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import click

from ssot_lint.cli.output import complain, warn
from ssot_lint.engine.add_noqa import Wanted, suppressed, wanted
from ssot_lint.model.errors import UserError
from ssot_lint.model.findings import FileResult
from ssot_lint.model.wording import plural
from ssot_lint.run import files
from ssot_lint.run.runner import Runner


def check_reason(reason: str) -> str:
    """The reason as it goes into comments. Raises UserError for one that would change them."""
    plain = " ".join(reason.split())
    if not plain.isprintable() or "noqa" in plain.lower():
        raise UserError(f"--add-noqa={reason}: give a reason in plain words, without `noqa`")
    return plain.lstrip("# ")


def add_noqa(
    runner: Runner,
    shown: Sequence[FileResult],
    given: Sequence[str],
    reason: str,
    *,
    quiet: bool,
) -> tuple[list[FileResult], bool]:
    """Suppress findings by comments in the files: what is left of them, and whether all went well.

    Each file is looked at again before it is written. Where a comment does not do what it
    should, that line stays as it was, and so do links that lead out of what was `given`.
    """
    left: list[FileResult] = []
    added = changed = failed = 0
    for result in shown:
        try:
            files.expect_inside(result.path, given)
            done = suppress(runner, result, reason)
        except UserError as error:
            complain(str(error))
            done = None
            failed += 1
        left.append(done or result)
        if done is not None:
            added += len(result.findings) - len(done.findings)
            changed += 1
    if not quiet:
        click.echo(f"Suppressed {plural(added, 'finding')} in {plural(changed, 'file')}.")
    return left, not failed


def suppress(runner: Runner, result: FileResult, reason: str) -> FileResult | None:
    """What is left of a file's findings; None when nothing could be suppressed."""
    rows = wanted(result.findings)
    if not rows:
        return None
    before = files.read(result.path)
    check = partial(runner.check_bytes, path=result.path)
    # One odd line must not keep the others from being suppressed.
    after = suppressed(before, rows, reason, check)
    done: Wanted = rows
    if after is None:
        after, done = before, {}
        for row, codes in rows.items():
            tried = suppressed(before, {**done, row: codes}, reason, check)
            if tried is not None:
                after, done = tried, {**done, row: codes}
    for row in rows.keys() - done.keys():
        warn(f"{result.path}:{row}: no `# noqa` would be obeyed here")
    if not done:
        return None
    files.replace(result.path, before, after)
    kept = [f for f in result.findings if f.code not in done.get(f.noqa_row, ())]
    return FileResult(result.path, tuple(kept), result.warnings, result.analysed, result.lines)
