"""What `check --since` reports: findings that an earlier state does not have."""

from __future__ import annotations

import os
from collections.abc import Sequence

from ssot_lint.config.reader import SettingsReader
from ssot_lint.model.findings import FileResult
from ssot_lint.run import files
from ssot_lint.run.baseline import Baseline
from ssot_lint.run.git.since import Repositories, changed_files, deleted_files, old_contents
from ssot_lint.run.runner import Runner


def check_since(
    runner: Runner,
    reader: SettingsReader,
    found: Sequence[str],
    ref: str,
    given: Sequence[str],
) -> tuple[list[FileResult], list[FileResult]]:
    """The results for those of the files that differ from a commit, and what is new in them.

    Comes with those files that a difference in others makes differ. `given` are the paths that a
    user has named, in which the files were found. Raises UserError for a commit that git does not
    know, and for a file in no repository.
    """
    repositories = Repositories(ref, os.getcwd(), given)
    changed = changed_files(ref, repositories, found)
    results = list(runner.check_files(list(changed)))
    then: dict[str, bytes] = {}
    before: dict[str, bytes] = {}
    if runner.knows_all:
        then = dict(old_contents(changed))
        gone = old_contents(deleted_files(repositories, changed.values()))
        before = {**{path: then.get(path, b"") for path in changed}, **dict(gone)}
    if before:
        others = [path for path in found if path not in changed]
        if not runner.says_otherwise(before):
            affected = runner.affected(before)
            others = [path for path in others if os.path.abspath(path) in affected]
        checked = runner.check_files(others)
        results += [result for result in checked if result.findings and result.analysed]
    # Where nothing is found, nothing can be new.
    told = [result.path for result in results if result.findings]
    asked = {path: changed[path] for path in told if path in changed and path not in then}
    contents = dict(old_contents(asked)) | {path: then[path] for path in told if path in then}
    contents |= {path: files.read(path) for path in told if path not in changed}
    fresh = {result.path: result for result in results}
    with runner.knowing(before):
        for path, content in contents.items():
            relative = reader.for_file(path).relative
            known = Baseline.of([runner.check_bytes(content, path)], relative)
            fresh[path] = known.without(fresh[path], relative)
    return results, list(fresh.values())
