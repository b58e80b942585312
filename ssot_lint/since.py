"""What git knows of an earlier state: which files differ from it, and what they held then.

Nothing is checked out. Git is asked for the forms of its answers that are made for programs.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ssot_lint.disk import nearest_answer
from ssot_lint.errors import UserError
from ssot_lint.paths import relative_path

_FILE, _SUBMODULE = "100", "160000"
# What they say is about the repository around the current folder alone.
_OF_ONE_REPOSITORY = frozenset(
    f"GIT_{name}"
    for name in (
        "ALTERNATE_OBJECT_DIRECTORIES",
        "COMMON_DIR",
        "DIR",
        "INDEX_FILE",
        "OBJECT_DIRECTORY",
        "PREFIX",
        "SHALLOW_FILE",
        "WORK_TREE",
    )
)


@dataclass(frozen=True)
class Since:
    """A commit to compare a working tree with."""

    ref: str
    """What it was called."""
    top: str
    """The root of the repository."""
    commit: str
    is_around: bool = True
    """Whether the repository is the one around the current folder."""

    @classmethod
    def of(cls, ref: str, folder: str, *, is_around: bool = True) -> Since:
        """The state that `ref` names in the repository around a folder.

        `ref...` stands for where the current branch left `ref`. Raises UserError.
        """
        asked = _git(folder, "rev-parse", "--show-toplevel", is_around=is_around)
        if asked.text is None:
            is_none = "not a git repository" in asked.reason
            told = f"{folder} is in no git repository" if is_none else asked.reason
            raise UserError(f"--since {ref}: {told}")
        top = asked.text.rstrip("\n")
        name, is_fork = (ref[:-3], True) if ref.endswith("...") else (ref, False)
        # An option would be taken for one even here.
        spoken = None if name.startswith("-") else f"{name}^{{commit}}"
        commit = None
        if spoken:
            commit = _git(top, "rev-parse", "--verify", "--quiet", spoken, is_around=is_around).text
        if commit is not None and is_fork:
            commit = _git(top, "merge-base", commit.strip(), "HEAD", is_around=is_around).text
        if commit is None:
            where = "" if is_around else f"in {top}: "
            raise UserError(f"--since {ref}: {where}{_why_unknown(top, is_around=is_around)}")
        return cls(ref, top, commit.strip(), is_around)

    def submodule(self, top: str) -> Since | None:
        """The state of the submodule at `top` that belongs to the commit, which may have none."""
        name = relative_path(top, os.path.realpath(self.top))
        listed = self._asked("ls-tree", "-z", "--full-tree", self.commit, "--", name)
        mode, _, commit = listed.partition("\t")[0].split(" ") if listed else ("", "", "")
        return Since(self.ref, top, commit, is_around=False) if mode == _SUBMODULE else None

    def changed(self) -> dict[str, str | None]:
        """The files that differ from the commit: staged or not, and those git does not track.

        By absolute path the name of the old content, None for new files. A file that was renamed
        and hardly changed has its old content.
        """
        raw = self._asked("diff", "--raw", "-z", "--no-abbrev", "--find-renames", self.commit)
        known: dict[str, str] = {}
        found: dict[str, str | None] = {}
        for entry in _entries(raw.split("\0")[:-1]):
            if entry.blob is not None:
                known[entry.before] = entry.blob
            if entry.is_there:
                found[self._path(entry.name)] = entry.blob
        others = self._asked("ls-files", "-z", "--others", "--exclude-standard", "--full-name")
        for name in others.split("\0")[:-1]:
            # Git may have been told to forget what the commit still has.
            found[self._path(name)] = known.get(name)
        return found

    def contents(self, blobs: Sequence[str]) -> Iterator[bytes]:
        """The contents of blobs, in order. Raises UserError where the repository lacks one."""
        command = ["git", "-C", self.top, "cat-file", "--batch"]
        asked = "".join(f"{blob}\n" for blob in blobs).encode()
        environment = _environment(is_around=self.is_around)
        done = subprocess.run(
            command, input=asked, capture_output=True, check=False, env=environment
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
        answer = _git(self.top, *args, is_around=self.is_around)
        if answer.text is None:
            raise UserError(f"--since {self.ref}: git {args[0]} in {self.top}: {answer.reason}")
        return answer.text

    def _path(self, name: str) -> str:
        return os.path.join(self.top, *name.split("/"))


class Repositories:
    """The repositories that files lie in, each with the commit to compare it with.

    That of a submodule is the one that belongs to the commit of the repository around it; in
    others it is what is called so there.
    """

    def __init__(self, ref: str, folder: str) -> None:
        """`folder` is the current one. Raises UserError where it is in no repository."""
        self._ref = ref
        self._around = Since.of(ref, folder)
        self._home = os.path.realpath(self._around.top)
        self._tops: dict[str, str | None] = {}
        self._known = {self._home: self._around}

    def of(self, path: str) -> Since | None:
        """The one for what lies at a path, absolute and without links. Raises UserError."""
        folder = os.path.dirname(path)
        top = nearest_answer(folder, self._tops, _repository_at)
        if _is_inside(folder, self._home) and (top is None or not _is_inside(top, self._home)):
            return self._around  # of which the environment says where it is
        if top is not None and top not in self._known:
            self._known[top] = self._at(top)
        return self._known[top] if top is not None else None

    def _at(self, top: str) -> Since:
        around = self.of(top)
        found = around.submodule(top) if around is not None else None
        if found is None:
            found = Since.of(self._ref, top, is_around=False)
        return self._known.get(os.path.realpath(found.top), found)


@dataclass(frozen=True)
class Old:
    """What a file held: where it is known, and by what name; None for a new file."""

    since: Since
    blob: str | None


def changed_files(ref: str, folder: str, paths: Iterable[str]) -> dict[str, Old]:
    """Those of the files that differ from a commit, each compared in its own repository.

    `folder` is the current one. Raises UserError, also for a file that is in no repository.
    """
    repositories = Repositories(ref, folder)
    changed: dict[str, dict[str, str | None]] = {}
    found: dict[str, Old] = {}
    for path in paths:
        # Where links lead, because git knows of one way to a file only.
        real = os.path.realpath(path)
        since = repositories.of(real)
        if since is None:
            raise UserError(f"--since {ref}: {path} is in no git repository; leave it out")
        if since.top not in changed:
            differing = since.changed().items()
            changed[since.top] = {os.path.realpath(one): blob for one, blob in differing}
        if real in changed[since.top]:
            found[path] = Old(since, changed[since.top][real])
    return found


def old_contents(old: Mapping[str, Old]) -> Iterator[tuple[str, bytes]]:
    """What each file held that is not new. Raises UserError where a repository lacks it."""
    asked: dict[Since, list[tuple[str, str]]] = {}
    for path, one in old.items():
        if one.blob is not None:
            asked.setdefault(one.since, []).append((path, one.blob))
    for since, pairs in asked.items():
        paths, blobs = zip(*pairs, strict=True)
        yield from zip(paths, since.contents(blobs), strict=True)


@dataclass(frozen=True)
class _Entry:
    """A path that differs. `before` is what it was called, `blob` names what the file held."""

    before: str
    name: str
    blob: str | None
    is_there: bool


def _entries(fields: Sequence[str]) -> Iterator[_Entry]:
    """As `git diff-tree` documents its raw output, with NUL for all ends."""
    rest = iter(fields)
    for head in rest:
        old_mode, mode, blob, _, status = head.removeprefix(":").split(" ")
        before = name = next(rest)
        if status[0] in "RC":
            name = next(rest)
        old = blob if old_mode.startswith(_FILE) else None
        yield _Entry(before, name, old, mode.startswith(_FILE))


@dataclass(frozen=True)
class _Answer:
    """What git says; None when it says no, and why."""

    text: str | None
    reason: str


def _git(folder: str, *args: str, is_around: bool) -> _Answer:
    """Names keep the bytes they have."""
    # Not to refresh the index, which another git may be writing.
    command = ["git", "-C", folder, "--no-optional-locks", *args]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env=_environment(is_around=is_around),
        )
    except FileNotFoundError:
        raise UserError("--since needs git, which is not installed") from None
    text = os.fsdecode(done.stdout) if done.returncode == 0 else None
    return _Answer(text, _reason(done.stderr) or f"exit code {done.returncode}")


def _reason(told: bytes) -> str:
    """The first line that says what is wrong, not what might be."""
    lines = os.fsdecode(told).splitlines()
    wrong = [line for line in lines if line.startswith(("fatal: ", "error: "))]
    return (wrong or lines or [""])[0].removeprefix("fatal: ").removeprefix("error: ")


def _environment(*, is_around: bool) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if is_around or k not in _OF_ONE_REPOSITORY}
    # What a partial clone lacks is told instead of fetched: a linter does not use the network.
    return {**kept, "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}


def _repository_at(folder: str) -> str | None:
    return folder if os.path.lexists(os.path.join(folder, ".git")) else None


def _is_inside(path: str, folder: str) -> bool:
    return os.path.join(path, "").startswith(os.path.join(folder, ""))


def _why_unknown(top: str, *, is_around: bool) -> str:
    shallow = _git(top, "rev-parse", "--is-shallow-repository", is_around=is_around).text
    if (shallow or "").strip() == "true":
        return "not in this shallow clone; fetch the whole history (fetch-depth: 0)"
    return "no such commit, branch or tag; fetch it, or see `git branch -a`"
