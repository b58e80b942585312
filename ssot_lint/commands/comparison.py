"""What `check --since` reports: findings that an earlier state does not have."""

from __future__ import annotations

import os
from collections.abc import Sequence

from ssot_lint.baseline import Baseline
from ssot_lint.model import FileResult
from ssot_lint.run import Runner
from ssot_lint.settings import SettingsReader
from ssot_lint.since import Since


def check_since(
    runner: Runner, reader: SettingsReader, found: Sequence[str], ref: str
) -> tuple[list[FileResult], list[FileResult]]:
    """The results for those of the files that differ from a commit, and what is new in them.

    Raises UserError for a commit that git does not know.
    """
    since = Since.of(ref, os.getcwd())
    # Where links lead, because git knows of one way to a file only.
    blobs = {os.path.realpath(changed.path): changed.blob for changed in since.changed()}
    paths = [path for path in found if os.path.realpath(path) in blobs]
    results = list(runner.check_files(paths))
    # Where nothing is found, nothing can be new.
    asked = [r for r in results if r.findings and blobs[os.path.realpath(r.path)] is not None]
    names = [blob for r in asked if (blob := blobs[os.path.realpath(r.path)]) is not None]
    fresh = {result.path: result for result in results}
    for result, content in zip(asked, since.contents(names), strict=True):
        relative = reader.for_file(result.path).relative
        before = Baseline.of([runner.check_bytes(content, result.path)], relative)
        fresh[result.path] = before.without(result, relative)
    return results, [fresh[path] for path in paths]
