"""A session for each folder that is open in an editor. Not for several threads at a time."""

from __future__ import annotations

import os
from collections.abc import Iterable

from ssot_lint import Session

_TIMEOUT_OPTION = "--timeout"


class Sessions:
    """The sessions by their folders; what lies in none of these has one of its own."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._by_folder: dict[str, Session] = {}
        self._elsewhere = self._made(os.getcwd())
        self._told: set[str] = set()

    def open(self, folders: Iterable[str]) -> None:
        """Let these be the folders that are open."""
        before = self._by_folder
        self._by_folder = {one: before.get(one) or self._made(one) for one in folders}

    @property
    def first(self) -> str:
        """The folder in which new files are taken to be."""
        return next(iter(self._by_folder), os.getcwd())

    def of(self, path: str) -> Session:
        """The session of the nearest folder around a file."""
        around = [one for one in self._by_folder if path.startswith(os.path.join(one, ""))]
        return self._by_folder[max(around, key=len)] if around else self._elsewhere

    def reload(self) -> None:
        """Read everything anew when it is needed again."""
        for session in (self._elsewhere, *self._by_folder.values()):
            session.reload()

    def new_warnings(self, path: str) -> list[str]:
        """What the session of a file has to say that was not said before."""
        fresh = [line for line in self.of(path).warnings if line not in self._told]
        self._told.update(fresh)
        return fresh

    def _made(self, folder: str) -> Session:
        return Session(folder, timeout=self._timeout, timeout_option=_TIMEOUT_OPTION)
