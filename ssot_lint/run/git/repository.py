"""The one way to git: whatever a repository brings with it, nothing of it is run.

A repository's own configuration may name programs: monitors, filters, hooks, pagers, transports. So
git is never asked for what reads or converts the work tree, the network is closed to it, where the
work tree begins is found without it, and the rest is switched off.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ssot_lint.config.disk import read_regular
from ssot_lint.model.errors import UserError

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
_SWITCHED_OFF = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "protocol.allow=never",
    "safe.bareRepository=explicit",
)
# A repository may hold a pipe where git looks for a file, which would wait for ever.
_PATIENCE_SECONDS: float = 120
# It is lost once: a project may hold many such repositories.
_LEAST_PATIENCE_SECONDS: float = 1
# A few small trees that hold each other many times are listed as billions of files.
_LONGEST_ANSWER = 128_000_000
_PIECE = 1_000_000
_BLOBS_AT_ONCE = 500
# Of those files that git writes one line to.
_LONGEST_LINE = 100_000
# What git reads before anything else.
_READ_FIRST = ("HEAD", "config", "commondir", "index", "packed-refs")
_GIT_FILE = "gitdir:"


@dataclass(frozen=True)
class Answer:
    """What git says; None when it says no, and why."""

    text: str | None
    """Names in it keep the bytes they have, as `os.fsdecode` does."""
    reason: str


@dataclass(frozen=True)
class Repository:
    """A repository with a work tree. Paths are without links."""

    top: str
    """The folder where the work tree begins."""
    git_dir: str
    is_around: bool = False
    """Whether it is the one around the current folder, of which environment variables speak."""

    @classmethod
    def at(cls, folder: str) -> Repository | None:
        """The repository whose work tree begins in a folder, without links; None where none does.

        What only looks like one is none.
        """
        found = _git_dir(folder)
        return cls(folder, found) if found is not None else None

    @classmethod
    def around(cls, folder: str) -> Repository | None:
        """The repository around the current folder: that of the environment, or the nearest."""
        folder = os.path.realpath(folder)
        nearest = next(filter(None, map(cls.at, _upward(folder))), None)
        given = os.environ.get("GIT_DIR")
        if given:
            git_dir = os.path.realpath(os.path.join(folder, given))
            top = os.environ.get("GIT_WORK_TREE")
            if top is None and nearest is not None and nearest.git_dir == git_dir:
                top = nearest.top
            return cls(os.path.realpath(os.path.join(folder, top or "")), git_dir, is_around=True)
        return cls(nearest.top, nearest.git_dir, is_around=True) if nearest is not None else None

    @property
    def common_dir(self) -> str:
        """The git directory that it shares with the other work trees of the same repository."""
        named = _line_of(os.path.join(self.git_dir, "commondir"))
        return os.path.realpath(os.path.join(self.git_dir, named)) if named else self.git_dir

    def ask(self, *args: str) -> Answer:
        """What git says of the repository. Raises UserError where there is no git."""
        return self._ask("--literal-pathspecs", *args)

    def _ask(self, *args: str) -> Answer:
        done = self._run(args, b"")
        text = os.fsdecode(done.stdout) if done.returncode == 0 else None
        return Answer(text, _reason(done.stderr) or f"exit code {done.returncode}")

    def blobs(self, ids: Sequence[str]) -> Iterator[bytes]:
        """The contents of blobs, in order. Raises UserError where the repository lacks one."""
        for start in range(0, len(ids), _BLOBS_AT_ONCE):
            yield from self._some_blobs(ids[start : start + _BLOBS_AT_ONCE])

    def _some_blobs(self, ids: Sequence[str]) -> Iterator[bytes]:
        asked = "".join(f"{one}\n" for one in ids).encode()
        answer = self._run(("cat-file", "--batch"), asked).stdout
        at = 0
        for one in ids:
            end = answer.find(b"\n", at)
            head = answer[at:end].split(b" ") if end >= 0 else []
            if len(head) != 3:
                raise UserError(
                    f"{self.top}: git lacks {one}, and nothing is fetched here; fetch the whole "
                    "history yourself (fetch-depth: 0, no --filter)"
                )
            size = int(head[2])
            yield answer[end + 1 : end + 1 + size]
            at = end + size + 2

    def tracks(self, folder: str) -> bool:
        """Whether git tracks anything in a folder of the work tree; `folder` is without links.

        Where the index, as bytes, does not hold the path, git is not asked: to start it would
        take longer than a run in which nothing has changed. Where it does and git does not
        answer, as in the repository of another user, the index is believed.
        """
        name = os.path.relpath(folder, self.top).replace(os.sep, "/")
        if not any(_may_hold(path, os.fsencode(name) + b"/") for path in self._indexes()):
            return False
        # On many disks, names in upper and lower case lead to the same folder.
        asked = ("ls-files", "-z", "--cached", "--", f":(icase,literal){name}")
        try:
            return self._ask(*asked).text != ""
        except UserError:
            return True

    def _indexes(self) -> Iterator[str]:
        yield os.path.join(self.git_dir, "index")
        try:
            with os.scandir(self.git_dir) as entries:
                names = [entry.name for entry in entries]
        except OSError:
            return
        for name in sorted(names):
            if name.startswith("sharedindex."):  # of which `index` holds the changes only
                yield os.path.join(self.git_dir, name)

    def _run(self, args: Sequence[str], given: bytes) -> subprocess.CompletedProcess[bytes]:
        program = _program(os.environ.get("PATH", os.defpath))
        if program is None:
            raise UserError("git is not installed; --since needs it")
        command = [program, "-C", self.top, "--no-optional-locks", "--no-pager"]
        # The index is not refreshed: another git may be writing it.
        command.append(f"--work-tree={self.top}")
        command += [word for one in _SWITCHED_OFF for word in ("-c", one)]
        try:
            return _answered([*command, *args], given, self._environment())
        except subprocess.TimeoutExpired:
            told = f"git {_command_of(args)} has not answered for {_patience.given:g} s"
            raise UserError(f"{self.top}: {told}; see what git does there") from None
        except OverflowError:
            told = f"git {_command_of(args)} gives more than {_LONGEST_ANSWER:,} bytes"
            raise UserError(f"{self.top}: {told}; see what is in that commit") from None
        except OSError as error:
            raise UserError(f"{self.top}: git cannot be run there: {error.strerror}") from None

    def _environment(self) -> dict[str, str]:
        kept = {
            k: v for k, v in os.environ.items() if self.is_around or k not in _OF_ONE_REPOSITORY
        }
        return {
            **kept,
            # What a partial clone lacks is told instead of fetched; older versions of git do not
            # know the first of them.
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_ALLOW_PROTOCOL": "none",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_CEILING_DIRECTORIES": os.path.dirname(self.top),
            "LC_ALL": "C",
        }


def is_tracked(folder: str) -> bool:
    """Whether git tracks anything in a folder, which is without links."""
    repository = next(filter(None, map(Repository.at, _upward(os.path.dirname(folder)))), None)
    return repository is not None and repository.tracks(folder)


def _git_dir(folder: str) -> str | None:
    """The git directory that belongs to a work tree which begins in a folder."""
    path = os.path.join(folder, ".git")
    if not os.path.isdir(path):
        line = _line_of(path)
        if not line.startswith(_GIT_FILE):
            return None
        path = os.path.join(folder, line.removeprefix(_GIT_FILE).strip())
    if not os.path.lexists(os.path.join(path, "HEAD")) or any(map(_is_odd, _files_of(path))):
        return None
    is_linked = os.path.isfile(os.path.join(path, "commondir"))
    if not is_linked and not all(os.path.isdir(os.path.join(path, x)) for x in ("objects", "refs")):
        return None
    return os.path.realpath(path)


def _files_of(git_dir: str) -> Iterator[str]:
    return (os.path.join(git_dir, name) for name in _READ_FIRST)


def _is_odd(path: str) -> bool:
    """Whether something is there that may never end, such as a pipe."""
    return os.path.exists(path) and not os.path.isfile(path)


@dataclass
class _Patience:
    """How long git is waited for: less, when it has not answered before."""

    lost: float = 0
    given: float = 0

    def give(self) -> float:
        least = min(_PATIENCE_SECONDS, _LEAST_PATIENCE_SECONDS)
        self.given = max(_PATIENCE_SECONDS - self.lost, least)
        return self.given

    def lose(self) -> None:
        self.lost += self.given


_patience = _Patience()


def _answered(
    command: Sequence[str], given: bytes, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    """What a program answers to what it is given.

    Raises OSError, TimeoutExpired, and OverflowError for an answer that is too long.
    """
    import tempfile
    from threading import Timer

    pieces: list[bytes] = []
    # Files never keep a program waiting until somebody reads or writes at their other end.
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as told:
        asked.write(given)
        asked.seek(0)
        started, patience = time.monotonic(), _patience.give()
        with subprocess.Popen(
            command, stdin=asked, stdout=subprocess.PIPE, stderr=told, env=environment
        ) as program:
            assert program.stdout is not None
            end = Timer(patience, program.kill)
            end.start()
            try:
                size = 0
                while piece := program.stdout.read(_PIECE):
                    pieces.append(piece)
                    size += len(piece)
                    if size > _LONGEST_ANSWER:
                        raise OverflowError
                program.wait()
            finally:
                program.kill()
                end.cancel()
                end.join()
        if time.monotonic() - started > patience and program.returncode:
            _patience.lose()
            raise subprocess.TimeoutExpired(command, patience)
        told.seek(0)
        reasons = told.read(_PIECE)
    return subprocess.CompletedProcess(command, program.returncode, b"".join(pieces), reasons)


def _command_of(args: Sequence[str]) -> str:
    return next(word for word in args if not word.startswith("-"))


def _may_hold(index: str, name: bytes) -> bool:
    try:
        content = read_regular(index)
    except OSError:
        return os.path.exists(index)  # git may be able to read it
    # From version 4 on, paths are written without what they begin with.
    return name.lower() in content.lower() or content[4:8] > b"\0\0\0\3"


def _line_of(path: str) -> str:
    """The only line of a small file that git has written; empty where there is none."""
    try:
        return os.fsdecode(read_regular(path, _LONGEST_LINE)).strip()
    except (OSError, ValueError):
        return ""


def _upward(folder: str) -> Iterator[str]:
    """A folder and those around it, as far as git would go."""
    ceilings = os.environ.get("GIT_CEILING_DIRECTORIES", "").split(os.pathsep)
    ends = {os.path.realpath(one) for one in ceilings if os.path.isabs(one)}
    yield folder
    above = os.path.dirname(folder)
    while above not in ends and above != folder:
        yield above
        folder, above = above, os.path.dirname(above)


@lru_cache
def _program(search: str) -> str | None:
    """Where git is. Only whole paths are looked at: others would lead into what is checked."""
    name = "git.exe" if os.name == "nt" else "git"
    for folder in search.split(os.pathsep):
        path = os.path.join(folder, name)
        if os.path.isabs(folder) and os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None


def _reason(told: bytes) -> str:
    """The first line that says what is wrong, not what might be."""
    lines = os.fsdecode(told).splitlines()
    wrong = [line for line in lines if line.startswith(("fatal: ", "error: "))]
    return (wrong or lines or [""])[0].removeprefix("fatal: ").removeprefix("error: ")
