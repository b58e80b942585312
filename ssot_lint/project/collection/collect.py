"""What a file says of ids that others may make. Works on `ast`; most files end at the sieve."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.source.text import decode
from ssot_lint.analysis.syntax.parsing import NotAnalysedError, parse, room_to_recurse
from ssot_lint.config.settings import Settings
from ssot_lint.ids.generator.api import GeneratorApi
from ssot_lint.ids.id_model import IdModel, ids_in
from ssot_lint.ids.strings.found_again import FoundAgain
from ssot_lint.project.collection.declared import declared
from ssot_lint.project.collection.patches import patches
from ssot_lint.project.collection.reads import Reads
from ssot_lint.project.collection.sieve import sayings
from ssot_lint.project.facts import Fact, Reach


def facts_of(
    source: bytes,
    relative: str,
    settings: Settings,
    api: GeneratorApi,
    generator: str | None = None,
) -> tuple[Fact, ...]:
    """What the bytes of a file say; nothing where they cannot be read or parsed.

    `relative` is the path relative to the root of the project, with forward slashes, `generator`
    that of the file which has the generator.
    """
    for_tests = settings.is_test(relative)
    may = sayings(source, is_test=for_tests, banned=settings.banned_last_names)
    if not may:
        return ()
    try:
        with room_to_recurse():
            text = decode(source)
            ids = ids_in(SourceText(text), parse(text), relative, settings, api)
            found = dict.fromkeys(declared(ids)) if may.declares else {}
            if for_tests:  # what a test serves itself, nobody else is asked for
                found = {fact: None for fact in found if fact.reach is Reach.TABLE}
            if may.reads and relative != generator:  # which may take its own ids apart
                reads = Reads(ids, relative, is_test=for_tests).facts(may.reads)
                found.update(dict.fromkeys(reads))
            if may.finds:
                found.update(dict.fromkeys(_keys(ids)))
            if may.patches:
                found.update(dict.fromkeys(patches(ids, relative)))
    except (NotAnalysedError, SyntaxError, UnicodeError, LookupError, RecursionError):
        return ()
    return tuple(sorted(found, key=lambda fact: (fact.row, fact.name, fact.says)))


def _keys(ids: IdModel) -> Iterator[Fact]:
    """The texts of `id()` and `hash()` by which the file finds something."""
    for form, text in ids.semantics.once(FoundAgain).sought:
        yield Fact(form, f"finds something by `{ast.unparse(text)}`", text.lineno, Reach.KEY)
