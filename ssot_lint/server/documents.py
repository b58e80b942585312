"""Texts as they are in the buffers of an editor, and what was found in them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from lsprotocol import types
from pygls.uris import to_fs_path, uri_scheme
from pygls.workspace import PositionCodec

from ssot_lint.config.paths import PYTHON_SUFFIXES
from ssot_lint.model.findings import FileResult
from ssot_lint.server.positions import Positions

_PYTHON = "python"
_FILE, _UNTITLED = "file", "untitled"


@dataclass(frozen=True)
class Document:
    """One version of a buffer."""

    uri: str
    version: int
    text: str
    codec: PositionCodec
    """How the client counts columns."""
    language: str = _PYTHON

    @classmethod
    def of(cls, item: types.TextDocumentItem, codec: PositionCodec) -> Document:
        """A buffer that was opened."""
        return cls(item.uri, item.version, item.text, codec, item.language_id)

    @cached_property
    def positions(self) -> Positions:
        """The places of its text."""
        return Positions(self.text, self.codec)

    @property
    def is_python(self) -> bool:
        """Whether it is checked: a file, or one that is not saved yet; a cell is no module."""
        scheme = uri_scheme(self.uri)
        if scheme == _UNTITLED:
            return self.language == _PYTHON
        is_named_so = (to_fs_path(self.uri) or "").endswith(PYTHON_SUFFIXES)
        return scheme == _FILE and (self.language == _PYTHON or is_named_so)

    def path(self, folder: str) -> str:
        """Where it lies; in `folder`, as long as it is not saved."""
        path = to_fs_path(self.uri)
        if path is not None:
            return path
        name = self.uri.partition(":")[2].strip("/").replace("/", "_").replace(os.sep, "_")
        return os.path.join(folder, name if name.endswith(PYTHON_SUFFIXES) else f"{name}.py")

    def changed(
        self, changes: Sequence[types.TextDocumentContentChangeEvent], version: int
    ) -> Document:
        """The next version: each change is one of the text that the one before has left."""
        now = self
        for change in changes:
            text = change.text
            if isinstance(change, types.TextDocumentContentChangePartial):
                start, end = map(now.positions.offset, (change.range.start, change.range.end))
                text = now.text[:start] + change.text + now.text[max(start, end) :]
            now = replace(now, text=text)
        return replace(now, version=version)


@dataclass(frozen=True)
class Checked:
    """What was found in a version of a buffer."""

    document: Document
    folder: str
    """That of its session."""
    path: str
    result: FileResult
