"""Fixes as a series of patches, each of which can be reviewed and merged by itself."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ssot_lint.config.disk import digest
from ssot_lint.model.errors import UserError
from ssot_lint.model.findings import Finding, FixResult
from ssot_lint.model.wording import listed, plural
from ssot_lint.run import files

SERIES = "series"
"""The file that names the patches in their order."""
_LONGEST_NAME = 60


@dataclass(frozen=True)
class FileChange:
    """What a patch makes of a file. `path` is as it was given to the run."""

    path: str
    before: bytes
    after: bytes
    findings: tuple[Finding, ...]
    """What it removes."""


@dataclass(frozen=True)
class Patch:
    """Changes that go together. `part` is the rule, the package or the owner."""

    part: str
    changes: tuple[FileChange, ...]

    @property
    def title(self) -> str:
        """What it does, in one line."""
        found = [finding for change in self.changes for finding in change.findings]
        codes = sorted({finding.code for finding in found})
        of = "" if codes == [self.part] else f" of {listed(codes)}"
        return f"{self.part}: {plural(len(found), 'finding')}{of}"


Part = Callable[[str], str]
"""Tells by the path of a file to which part it belongs."""
FixAgain = Callable[[str, bytes, str], FixResult]
"""Fixes the findings of one code in the bytes that the file at a path has, or all: `""`."""


def by_file(changes: Iterable[FileChange], part_of: Part) -> list[Patch]:
    """A patch for each part, by name; no file is in two."""
    parts: dict[str, list[FileChange]] = {}
    for change in changes:
        parts.setdefault(part_of(change.path), []).append(change)
    return [Patch(part, tuple(own)) for part, own in sorted(parts.items())]


def by_rule(changes: Iterable[FileChange], fix_again: FixAgain) -> list[Patch]:
    """A patch for each rule, by code; each begins where the ones before it have ended.

    What only one rewrite removes for several rules together is in the last one.
    """
    parts: dict[str, list[FileChange]] = {}
    for change in changes:
        codes = sorted({finding.code for finding in change.findings})
        if len(codes) == 1:
            parts.setdefault(codes[0], []).append(change)
            continue
        current = change.before
        for code in (*codes, ""):
            done = fix_again(change.path, current, code)
            if done.source is not None:
                step = FileChange(change.path, current, done.source, done.fixed)
                parts.setdefault(code, []).append(step)
                current = done.source
    # What several rules share comes last.
    names = sorted(parts, key=lambda code: (not code, code))
    return [Patch(code or "several rules", tuple(parts[code])) for code in names]


def expect_new_folder(folder: str) -> None:
    """Raise UserError for a folder that holds something, and for what is none."""
    files.expect_no_way_out(folder)
    try:
        is_full = os.path.lexists(folder) and bool(os.listdir(folder))
    except OSError as error:
        told = f"{error.strerror}; --patches takes a new or empty folder"
        raise UserError(f"{folder}: {told}") from None
    if is_full:
        raise UserError(f"{folder}: is not empty; --patches takes a new or empty folder")


def write_patches(
    folder: str, patches: Sequence[Patch], render: Callable[[FileChange], bytes]
) -> list[str]:
    """Write each patch to a file of its own in a folder that is new or empty, and their names, in
    order, to `series`; the names.

    Raises UserError for a folder that holds something, or that cannot be written.
    """
    expect_new_folder(folder)
    try:
        os.makedirs(folder, exist_ok=True)
        names = _names(patches)
        for name, patch in zip(names, patches, strict=True):
            body = b"".join(map(render, patch.changes))
            with open(os.path.join(folder, name), "xb") as stream:
                stream.write(patch.title.encode("utf-8", "backslashreplace") + b"\n\n" + body)
        with open(os.path.join(folder, SERIES), "x", encoding="utf-8") as listing:
            listing.writelines(f"{name}\n" for name in names)
    except OSError as error:
        raise UserError(f"{folder}: cannot be written: {error.strerror}") from None
    return names


def _names(patches: Sequence[Patch]) -> list[str]:
    width = max(4, len(str(len(patches))))
    return [f"{number:0{width}}-{_slug(one.part)}.patch" for number, one in enumerate(patches, 1)]


def _slug(part: str) -> str:
    """A part as a piece of a file's name, which stays another one for another part."""
    plain = re.sub(r"[^\w.-]+", "-", part, flags=re.ASCII).strip("-.")
    if len(plain) <= _LONGEST_NAME:
        return plain or "root"
    return f"{plain[:_LONGEST_NAME]}-{digest(part.encode())[:8]}"
