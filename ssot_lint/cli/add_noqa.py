"""What `check --add-noqa` does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import click

from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.source.text import decode
from ssot_lint.cli.output import complain, warn
from ssot_lint.engine.add_noqa import noqa_edits
from ssot_lint.fixes.edits import EditError, apply_to_bytes
from ssot_lint.model.errors import UserError
from ssot_lint.model.findings import FileResult
from ssot_lint.model.wording import plural
from ssot_lint.rules.registry import FILE_NOT_ANALYSED, UNEXPLAINED_SUPPRESSION, UNUSED_SUPPRESSION
from ssot_lint.run import files
from ssot_lint.run.runner import Runner

# A file that is not analysed has no rows to speak of, and a comment about a comment helps nobody.
_NOT_SUPPRESSED = frozenset({FILE_NOT_ANALYSED, UNUSED_SUPPRESSION, UNEXPLAINED_SUPPRESSION})

Wanted = Mapping[int, frozenset[str]]


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
            done = suppressed(runner, result, reason)
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


def suppressed(runner: Runner, result: FileResult, reason: str) -> FileResult | None:
    """What is left of a file's findings; None when nothing could be suppressed."""
    wanted = _wanted(result)
    if not wanted:
        return None
    before = files.read(result.path)
    # One odd line must not keep the others from being suppressed.
    after = _tried(runner, result, before, wanted, reason)
    done = wanted
    if after is None:
        after, done = before, {}
        for row, codes in wanted.items():
            tried = _tried(runner, result, before, {**done, row: codes}, reason)
            if tried is not None:
                after, done = tried, {**done, row: codes}
    for row in wanted.keys() - done.keys():
        warn(f"{result.path}:{row}: no `# noqa` would be obeyed here")
    if not done:
        return None
    files.replace(result.path, before, after)
    kept = [f for f in result.findings if f.code not in done.get(f.noqa_row, ())]
    return FileResult(result.path, tuple(kept), result.warnings, result.analysed, result.lines)


def _wanted(result: FileResult) -> Wanted:
    found: dict[int, frozenset[str]] = {}
    for finding in result.findings:
        if finding.code not in _NOT_SUPPRESSED:
            found[finding.noqa_row] = found.get(finding.noqa_row, frozenset()) | {finding.code}
    return found


def _tried(
    runner: Runner, result: FileResult, before: bytes, wanted: Wanted, reason: str
) -> bytes | None:
    """The file with the comments; None where they do not do what they should, or more."""
    text = SourceText(decode(before))
    try:
        after = apply_to_bytes(before, text, noqa_edits(text, wanted, reason))
    except EditError:
        return None
    old = runner.check_bytes(before, result.path)
    new = runner.check_bytes(after, result.path)
    gone = Counter(
        (f.code, f.noqa_row) for f in old.findings if f.code in wanted.get(f.noqa_row, ())
    )
    expected = Counter((f.code, f.noqa_row) for f in old.findings) - gone
    found = Counter((f.code, f.noqa_row) for f in new.findings)
    same_remarks = len(old.warnings) == len(new.warnings)
    return after if found == expected and same_remarks and new.analysed else None
