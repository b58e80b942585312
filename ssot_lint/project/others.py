"""The other files of a project, read when somebody follows an id into them."""

from __future__ import annotations

import gc
import os
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.source.text import decode
from ssot_lint.analysis.syntax.parsing import NotAnalysedError, parse, room_to_recurse
from ssot_lint.config.disk import read_regular
from ssot_lint.config.paths import relative_path
from ssot_lint.config.settings import Settings
from ssot_lint.ids.generator.api import GeneratorApi
from ssot_lint.ids.id_model import IdModel, ids_in
from ssot_lint.project.modules import Modules

# Models that are kept for who asks next, in each process, by the letters of their files: each takes
# some twenty times as much.
_KEPT = 1_000_000
# After so many letters, those that nobody keeps are freed: what is of one model refers to itself in
# circles, and Python looks so rarely for such that half a gigabyte was theirs.
_COLLECTED = 2_000_000
# A file with more bytes is not followed into.
_LARGEST = 2_000_000


@dataclass
class OtherFiles:
    """Those below a folder. One for each process."""

    root: str
    paths: Mapping[str, str]
    """All of them, relative to the root, each with the digest of its content."""
    texts: Mapping[str, bytes]
    """What some are to hold in place of what they hold."""
    settings: Settings
    api: GeneratorApi
    _known: OrderedDict[str, IdModel | None] = field(default_factory=OrderedDict)
    _read_since: int = 0
    """How many letters were read since models were freed."""

    @cached_property
    def generator(self) -> str | None:
        """The one that has the generator, where its source is known."""
        return generator_file(self.root, self.settings, self.api)

    @cached_property
    def modules(self) -> Modules:
        """Which of them holds a module."""
        return Modules(self.paths)

    def has(self, path: str, word: str) -> bool:
        """Whether one of them has a word in it."""
        try:
            return word.encode() in self._source(path)
        except OSError:
            return False

    def reads(self, path: str, module: str, attribute: str) -> bool:
        """Whether one of them may read an attribute of a module, which it calls by its last name,
        or by another one that it gives that.
        """
        try:
            source = self._source(path)
        except OSError:
            return False
        name = re.escape(module.rpartition(".")[2].encode())
        others = re.findall(rb"\b%b[ \t]+as[ \t]+(\w+)" % name, source)
        read = (b"|".join((name, *others)), re.escape(attribute.encode()))
        return re.search(rb"\b(?:%b)\s*\.\s*%b\b" % read, source) is not None

    def _source(self, path: str) -> bytes:
        """Raises OSError."""
        source = self.texts.get(path)
        return read_regular(os.path.join(self.root, path)) if source is None else source

    def model(self, path: str) -> IdModel | None:
        """What ids are in one of them; None where it cannot be read or parsed."""
        if path not in self._known:
            self._known[path] = read = self._read(path)
            self._forget()
            self._free(read)
        self._known.move_to_end(path)
        return self._known[path]

    def _forget(self) -> None:
        """Those that nobody has asked for the longest time, but for the last one."""
        kept = sum(map(_size, self._known.values()))
        while kept > _KEPT and len(self._known) > 1:
            _, gone = self._known.popitem(last=False)
            kept -= _size(gone)

    def _free(self, read: IdModel | None) -> None:
        self._read_since += _size(read)
        if self._read_since > _COLLECTED:
            self._read_since = 0
            gc.collect()

    def _read(self, path: str) -> IdModel | None:
        try:
            source = self._source(path)
            if len(source) > _LARGEST:
                return None
            with room_to_recurse():
                text = decode(source)
                return ids_in(SourceText(text), parse(text), path, self.settings, self.api)
        except (OSError, NotAnalysedError, SyntaxError, UnicodeError, LookupError, RecursionError):
            return None


def _size(model: IdModel | None) -> int:
    """How many letters a file has."""
    return len(model.semantics.text.text) if model is not None else 0


def generator_file(root: str, settings: Settings, api: GeneratorApi) -> str | None:
    """The path of the generator's source relative to the root of a project, where it is known."""
    if api.origin is None:
        return None
    return relative_path(str(settings.root / api.origin), root)
