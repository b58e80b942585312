"""What git knows of an earlier state: which files differ from it, and what they held then.

Nothing is checked out. Git is asked for the forms of its answers that are made for programs.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ssot_lint.errors import UserError

_LINK = "120000"


@dataclass(frozen=True)
class Changed:
    """A file that differs. `path` is absolute, `blob` names its old content; None for new files."""

    path: str
    blob: str | None


@dataclass(frozen=True)
class Since:
    """A commit to compare the working tree with."""

    top: str
    """The root of the repository."""
    commit: str

    @classmethod
    def of(cls, ref: str, folder: str) -> Since:
        """The state that `ref` names in the repository around a folder.

        `ref...` stands for where the current branch left `ref`. Raises UserError.
        """
        top = _git(folder, "rev-parse", "--show-toplevel")
        if top is None:
            raise UserError(f"--since {ref}: {folder} is in no git repository")
        top = top.rstrip("\n")
        name, is_fork = (ref[:-3], True) if ref.endswith("...") else (ref, False)
        # An option would be taken for one even here.
        spoken = None if name.startswith("-") else f"{name}^{{commit}}"
        commit = _git(top, "rev-parse", "--verify", "--quiet", spoken) if spoken else None
        if commit is not None and is_fork:
            commit = _git(top, "merge-base", commit.strip(), "HEAD")
        if commit is None:
            raise UserError(f"--since {ref}: {_why_unknown(top)}")
        return cls(top, commit.strip())

    def changed(self) -> list[Changed]:
        """The files that differ from the commit: staged or not, and those git does not track.

        A file that was renamed and hardly changed has its old content.
        """
        raw = self._asked("diff", "--raw", "-z", "--no-abbrev", "--find-renames", self.commit)
        found = list(self._entries(raw.split("\0")[:-1]))
        others = self._asked("ls-files", "-z", "--others", "--exclude-standard", "--full-name")
        found += [Changed(self._path(name), None) for name in others.split("\0")[:-1]]
        return found

    def _entries(self, fields: Sequence[str]) -> Iterator[Changed]:
        """As `git diff-tree` documents its raw output, with NUL for all ends."""
        rest = iter(fields)
        for head in rest:
            old_mode, mode, blob, _, status = head.removeprefix(":").split(" ")
            path = next(rest)
            if status[0] in "RC":
                path = next(rest)
            if status[0] == "D" or mode == _LINK:
                continue
            is_new = status[0] == "A" or old_mode == _LINK
            yield Changed(self._path(path), None if is_new else blob)

    def contents(self, blobs: Sequence[str]) -> Iterator[bytes]:
        """The contents of blobs, in order. Raises UserError where the repository lacks one."""
        command = ["git", "-C", self.top, "cat-file", "--batch"]
        asked = "".join(f"{blob}\n" for blob in blobs).encode()
        done = subprocess.run(
            command, input=asked, capture_output=True, check=False, env=_environment()
        )
        at = 0
        for blob in blobs:
            end = done.stdout.find(b"\n", at)
            head = done.stdout[at:end].split(b" ") if end >= 0 else []
            if len(head) != 3:
                raise UserError(f"git lacks {blob}; fetch the whole history (fetch-depth: 0)")
            size = int(head[2])
            yield done.stdout[end + 1 : end + 1 + size]
            at = end + size + 2

    def _asked(self, *args: str) -> str:
        answer = _git(self.top, *args)
        if answer is None:
            raise UserError(f"git {args[0]} failed in {self.top}")
        return answer

    def _path(self, name: str) -> str:
        return os.path.join(self.top, *name.split("/"))


def _git(folder: str, *args: str) -> str | None:
    """What git answers; None when it says no. Names keep the bytes they have."""
    # Not to refresh the index, which another git may be writing.
    command = ["git", "-C", folder, "--no-optional-locks", *args]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env=_environment(),
        )
    except FileNotFoundError:
        raise UserError("--since needs git, which is not installed") from None
    return os.fsdecode(done.stdout) if done.returncode == 0 else None


def _environment() -> dict[str, str]:
    # What a partial clone lacks is told instead of fetched: a linter does not use the network.
    return {**os.environ, "GIT_NO_LAZY_FETCH": "1"}


def _why_unknown(top: str) -> str:
    if (_git(top, "rev-parse", "--is-shallow-repository") or "").strip() == "true":
        return "not in this shallow clone; fetch the whole history (fetch-depth: 0)"
    return "no such commit, branch or tag; fetch it, or see `git branch -a`"
