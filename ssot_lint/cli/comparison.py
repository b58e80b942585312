"""What `check --since` reports: findings that an earlier state does not have."""

from __future__ import annotations

import os
from collections.abc import Sequence

from ssot_lint.config.reader import SettingsReader
from ssot_lint.model.findings import FileResult
from ssot_lint.run.baseline import Baseline
from ssot_lint.run.git.since import changed_files, old_contents
from ssot_lint.run.runner import Runner


def check_since(
    runner: Runner,
    reader: SettingsReader,
    found: Sequence[str],
    ref: str,
    given: Sequence[str],
) -> tuple[list[FileResult], list[FileResult]]:
    """The results for those of the files that differ from a commit, and what is new in them.

    `given` are the paths that a user has named, in which the files were found. Raises UserError
    for a commit that git does not know, and for a file in no repository.
    """
    changed = changed_files(ref, os.getcwd(), found, given)
    results = list(runner.check_files(list(changed)))
    # Where nothing is found, nothing can be new.
    asked = {result.path: changed[result.path] for result in results if result.findings}
    fresh = {result.path: result for result in results}
    for path, content in old_contents(asked):
        relative = reader.for_file(path).relative
        before = Baseline.of([runner.check_bytes(content, path)], relative)
        fresh[path] = before.without(fresh[path], relative)
    return results, list(fresh.values())
