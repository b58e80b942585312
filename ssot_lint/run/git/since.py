"""What git knows of an earlier state: which files differ from it, and what they held then.

Nothing is checked out, and git never looks at the files on disk: their blob ids are computed here.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ssot_lint.config.disk import is_inside, nearest_answer, read_regular
from ssot_lint.config.paths import PYTHON_SUFFIXES, relative_path
from ssot_lint.model.errors import UserError
from ssot_lint.run.git.renames import renamed
from ssot_lint.run.git.repository import Repository

_FILE, _SUBMODULE = "100", "160000"


@dataclass(frozen=True)
class Since:
    """A commit to compare a work tree with."""

    ref: str
    """What it was called."""
    repository: Repository
    commit: str | None
    """None for what the commit of the repository around this one does not have: all is new."""

    @classmethod
    def of(cls, ref: str, repository: Repository) -> Since:
        """The state that `ref` names in a repository.

        `ref...` stands for where the current branch left `ref`. Raises UserError.
        """
        name, is_fork = (ref[:-3], True) if ref.endswith("...") else (ref, False)
        asked = repository.ask("rev-parse", "--is-shallow-repository")
        if asked.text is None:
            raise UserError(f"--since {ref}: {asked.reason}")
        commit = None
        if not name.startswith("-"):  # older versions of git would take it for an option
            words = ("--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
            commit = repository.ask("rev-parse", *words).text
        if commit is not None and is_fork:
            commit = repository.ask("merge-base", commit.strip(), "HEAD").text
        if commit is None:
            where = "" if repository.is_around else f"in {repository.top}: "
            is_shallow = asked.text.strip() == "true"
            raise UserError(f"--since {ref}: {where}{_why_unknown(is_shallow=is_shallow)}")
        return cls(ref, repository, commit.strip())

    def part(self, inner: Repository) -> Since | None:
        """The state of a repository that belongs to this one: a submodule or another work tree.

        None for one that only lies in it.
        """
        common = self.repository.common_dir
        if not is_inside(inner.git_dir, common):
            return None
        if inner.common_dir == common:
            return Since(self.ref, inner, self.commit)
        name = relative_path(inner.top, self.repository.top)
        return Since(self.ref, inner, self._tree.submodules.get(name))

    def changed(self, paths: Iterable[str]) -> Iterator[tuple[str, str | None]]:
        """Those of the files that differ from the commit, with the blobs of their old contents.

        Files are absolute and without links. None is the blob of new files; one that was renamed
        and hardly changed is not new. Raises UserError.
        """
        new: dict[str, bytes] = {}
        for path in paths:
            try:
                content = read_regular(path)
            except OSError:
                yield path, None  # the check tells why it cannot be read
                continue
            name = relative_path(path, self.repository.top)
            blob = self._tree.files.get(name)
            if blob is None:
                new[path] = content
            elif blob not in _blob_ids(content, len(blob)):
                yield path, blob
        former = self._renamed(new)
        for path in new:
            yield path, former.get(path)

    def gone(self) -> dict[str, str]:
        """The blobs of Python files of the commit that are not there any more, by their paths."""
        return {self._path(name): blob for name, blob in self._gone.items()}

    @cached_property
    def _gone(self) -> dict[str, str]:
        return {
            name: blob
            for name, blob in self._tree.files.items()
            if name.endswith(PYTHON_SUFFIXES) and not os.path.lexists(self._path(name))
        }

    def _renamed(self, new: Mapping[str, bytes]) -> dict[str, str]:
        """The blobs of those new files that were files of the commit which are gone."""
        gone = self._gone
        if not new or not gone:
            return {}
        contents = dict(zip(gone, self.repository.blobs(list(gone.values())), strict=True))
        return {path: gone[name] for path, name in renamed(new, contents).items()}

    @cached_property
    def _tree(self) -> _Tree:
        if self.commit is None:
            return _Tree({}, {})
        answer = self.repository.ask("ls-tree", "-r", "-z", "--full-tree", self.commit)
        if answer.text is None:
            where = self.repository.top
            raise UserError(f"--since {self.ref}: git ls-tree in {where}: {answer.reason}")
        return _Tree.of(answer.text)

    def _path(self, name: str) -> str:
        return os.path.join(self.repository.top, *name.split("/"))


@dataclass(frozen=True)
class _Tree:
    """What a commit holds: blobs of files and commits of submodules, by their paths."""

    files: Mapping[str, str]
    submodules: Mapping[str, str]

    @classmethod
    def of(cls, listed: str) -> _Tree:
        files: dict[str, str] = {}
        submodules: dict[str, str] = {}
        for entry in listed.split("\0")[:-1]:
            head, _, name = entry.partition("\t")
            mode, _, found = head.split(" ")
            if mode.startswith(_FILE):
                files[name] = found
            elif mode == _SUBMODULE:
                submodules[name] = found
        return cls(files, submodules)


class Repositories:
    """The repositories that files lie in, each with the commit to compare it with.

    Only those of the given paths, with their submodules and other work trees: what else looks
    like a repository in them, as vendored code may, is a folder like others.
    """

    def __init__(self, ref: str, folder: str, given: Iterable[str]) -> None:
        """`folder` is the current one, `given` are the paths that a user has named.

        Raises UserError for a commit that is not known, and where there is no repository.
        """
        self._ref = ref
        self._around = Repository.around(folder)
        self._given = [os.path.realpath(path) for path in given]
        self._nearest: dict[str, Repository | None] = {}
        self._known: dict[str, Since | None] = {}
        found = [
            self.of(path if os.path.isdir(path) else os.path.dirname(path)) for path in self._given
        ]
        if self._around is None and not any(found):
            raise UserError(f"--since {ref}: {folder} is in no git repository")

    def of(self, folder: str) -> Since | None:
        """The one for what lies in a folder, absolute and without links. Raises UserError."""
        around: list[Repository] = []
        found = self._repository(folder)
        while found is not None and found.top not in self._known:
            around.append(found)
            above = os.path.dirname(found.top)
            found = self._repository(above) if above != found.top else None
        since = self._known[found.top] if found is not None else None
        for repository in reversed(around):
            since = self._known[repository.top] = self._inside(repository, since)
        return since

    @property
    def used(self) -> Iterator[Since]:
        """Those that were asked for."""
        return filter(None, self._known.values())

    def _inside(self, repository: Repository, outer: Since | None) -> Since | None:
        if not repository.is_around:
            part = outer.part(repository) if outer is not None else None
            if part is not None:
                return part
            if not any(is_inside(path, repository.top) for path in self._given):
                return outer
        return Since.of(self._ref, repository)

    def _repository(self, folder: str) -> Repository | None:
        return nearest_answer(folder, self._nearest, self._at)

    def _at(self, folder: str) -> Repository | None:
        # The environment may say so of a folder that does not look like one.
        if self._around is not None and folder == self._around.top:
            return self._around
        return Repository.at(folder)


@dataclass(frozen=True)
class Old:
    """What a file held: where it is known, and by what blob; None for a new file."""

    repository: Repository
    blob: str | None


def changed_files(ref: str, repositories: Repositories, paths: Iterable[str]) -> dict[str, Old]:
    """Those of the files that differ from a commit, each compared in its own repository.

    Raises UserError, also for a file that is in no repository.
    """
    names: dict[Since, dict[str, list[str]]] = {}
    order: dict[str, int] = {}
    for path in paths:
        # Where links lead, because git knows of one way to a file only.
        real = os.path.realpath(path)
        since = repositories.of(os.path.dirname(real))
        if since is None:
            told = "is in no git repository that was named; leave it out, or name it"
            raise UserError(f"--since {ref}: {path} {told}")
        names.setdefault(since, {}).setdefault(real, []).append(path)
        order[path] = len(order)
    found = {
        path: Old(since.repository, blob)
        for since, by_file in names.items()
        for real, blob in since.changed(by_file)
        for path in by_file[real]
    }
    return dict(sorted(found.items(), key=lambda one: order[one[0]]))


def deleted_files(repositories: Repositories, changed: Iterable[Old]) -> dict[str, Old]:
    """The Python files of the commits that are gone, but for those that have another name now."""
    moved = {one.blob for one in changed}
    return {
        path: Old(since.repository, blob)
        for since in repositories.used
        for path, blob in since.gone().items()
        if blob not in moved
    }


def old_contents(old: Mapping[str, Old]) -> Iterator[tuple[str, bytes]]:
    """What each file held that is not new. Raises UserError where a repository lacks it."""
    asked: dict[Repository, list[tuple[str, str]]] = {}
    for path, one in old.items():
        if one.blob is not None:
            asked.setdefault(one.repository, []).append((path, one.blob))
    for repository, pairs in asked.items():
        paths, blobs = zip(*pairs, strict=True)
        yield from zip(paths, repository.blobs(blobs), strict=True)


def _blob_ids(content: bytes, digits: int) -> Iterator[str]:
    """The ids that git gives a file: as it is, and as it is stored with `core.autocrlf`."""
    for form in dict.fromkeys((content, content.replace(b"\r\n", b"\n"))):
        new = hashlib.new("sha1" if digits == 40 else "sha256", usedforsecurity=False)
        new.update(b"blob %d\0" % len(form) + form)
        yield new.hexdigest()


def _why_unknown(*, is_shallow: bool) -> str:
    if is_shallow:
        return "not in this shallow clone; fetch the whole history (fetch-depth: 0)"
    return "no such commit, branch or tag; fetch it, or see `git branch -a`"
