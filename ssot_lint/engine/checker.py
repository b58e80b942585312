"""The way of a file: bytes in, findings and fixed bytes out. Reads the generator's source at most.

Most files stop at the sieve or at the mask. What works on libcst trees is imported only for
those that do not: importing it takes longer than looking at a thousand others.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from ssot_lint.analysis.source.location import Location
from ssot_lint.analysis.source.text import decode, lines_at, one_line
from ssot_lint.analysis.syntax.parsing import (
    NotAnalysedError,
    NotParsedError,
    nested_too_deeply,
    room_to_recurse,
)
from ssot_lint.analysis.syntax.stack import is_too_small
from ssot_lint.config.settings import Settings
from ssot_lint.engine.prefilter import Prefilter
from ssot_lint.ids.generator.shapes import resolved
from ssot_lint.model.errors import UserError
from ssot_lint.model.findings import FileResult, Finding, FixResult
from ssot_lint.rules.registry import (
    FILE_NOT_ANALYSED,
    FILE_NOT_ANALYSED_MESSAGE,
    FILE_NOT_ANALYSED_NAME,
    UNEXPLAINED_SUPPRESSION,
    UNUSED_SUPPRESSION,
    enabled_codes,
)

if TYPE_CHECKING:
    from ssot_lint.engine.analyzer import Analysis, Analyst, Spares
    from ssot_lint.engine.excerpt import Excerpt
    from ssot_lint.engine.fix_loop import FixedText
    from ssot_lint.engine.trials import Trials
    from ssot_lint.fixes.refusal import Place
    from ssot_lint.ids.generator.api import GeneratorApi
    from ssot_lint.project.index import Index, Project
    from ssot_lint.project.others import OtherFiles

_ABOUT_COMMENTS = frozenset({UNUSED_SUPPRESSION, UNEXPLAINED_SUPPRESSION})

# What Django has written of a model at some time: others' databases rest on it as it is.
_MIGRATION = re.compile(
    rb"^class Migration\((?:django\.db\.)?migrations\.Migration\)", re.MULTILINE
)


def check_source(
    source: bytes,
    path: str,
    settings: Settings | None = None,
    *,
    api: GeneratorApi | None = None,
    ignore_noqa: bool = False,
) -> FileResult:
    """Analyse one file.

    `source` are the file's bytes, `path` its name for reports, `exempt` and per-file-ignores,
    `api` what `read_generator_api` gave; without it the source is read under `settings.root`.
    Never raises for bad source: the result then says so with an OST900 finding.
    """
    known = (lambda: api) if api is not None else None
    return Checker(settings or Settings(), known, ignore_noqa=ignore_noqa).check(source, path)


def fix_source(
    source: bytes,
    path: str,
    settings: Settings | None = None,
    *,
    api: GeneratorApi | None = None,
    unsafe: bool = False,
) -> FixResult:
    """Fix one file: see `Checker.fix`. Never raises for bad source."""
    known = (lambda: api) if api is not None else None
    return Checker(settings or Settings(), known).fix(source, path, unsafe=unsafe)


class Checker:
    """Checks files that share settings: what depends on these alone is prepared once.

    `api` is asked for the generator when the first file is looked at; without it, its source is
    read. `index` is asked for what all files say when a file has something to ask them; where it
    gives None, each file's own evidence decides.
    """

    def __init__(
        self,
        settings: Settings,
        api: Callable[[], GeneratorApi] | None = None,
        *,
        index: Callable[[], Index | None] = lambda: None,
        ignore_noqa: bool = False,
        focus: bool = True,
    ) -> None:
        self._ask_index = index
        self.asked: set[str] = set()
        """The names of ids that others were asked about, by whoever looked last to see."""
        self._given = settings
        self._ask = api
        self._ignore_noqa = ignore_noqa
        self._focus = focus
        self._prefilters: dict[frozenset[str], Prefilter] = {}

    def check(self, source: bytes, path: str) -> FileResult:
        """Analyse the bytes of a file."""
        analysis = self._look(source, path)
        if isinstance(analysis, FileResult):
            return analysis
        return self._judged(analysis, path, source)

    def check_text(self, text: str, path: str, tree: ast.Module | None = None) -> FileResult:
        """Analyse the text of a file, without BOM; `tree` is its `ast`, if that is at hand."""
        if not self._lets_through(text.encode("utf-8", "surrogatepass"), path):
            return FileResult(path)
        analysis = self._look_at_text(text, path, tree)
        if isinstance(analysis, FileResult):
            return analysis
        return self._judged(analysis, path)

    def fix(
        self, source: bytes, path: str, *, unsafe: bool = False, spares: Spares | None = None
    ) -> FixResult:
        """Apply the fixes of a file to its bytes until none is left, at most ten rounds.

        Only safe ones, unless `unsafe`, of no finding that `spares` tells, and none that does harm:
        those are left out alone, and the findings say why.
        """
        analysis = self._look(source, path)
        if isinstance(analysis, FileResult):
            return FixResult(analysis)
        if not analysis.applicable(unsafe=unsafe, spares=spares):
            return FixResult(self._judged(analysis, path, source))
        with room_to_recurse():
            step = self._fixed(source, analysis, path, unsafe=unsafe, spares=spares)
        changed = step.source if step.source != source else None
        left = self._judged(step.after, path, step.source)
        return FixResult(left, changed, step.fixed, step.applied)

    def traces(self, path: str, row: int) -> list[tuple[Place, ...]]:
        """The way of each id that a row of a file makes or reads, through the whole project.

        Raises UserError where the file is not known or cannot be read.
        """
        from ssot_lint.fixes.safety.trace import traces  # only who asks for it needs it

        project = self._project(path)
        ids = project.model(project.path)
        if ids is None:
            raise UserError(f"{path}: cannot be read or parsed; `ssot-lint check` says why")
        with room_to_recurse():
            return list(traces(ids, project, row))

    def _fixed(
        self,
        source: bytes,
        analysis: Analysis,
        path: str,
        *,
        unsafe: bool,
        spares: Spares | None = None,
    ) -> FixedText:
        """What the fix loop makes of a file."""
        from ssot_lint.engine.fix_loop import FixedText, fix_in_rounds  # most files have no fix

        def trials(before: Analysis, current: bytes) -> Trials:
            return self._trials(before, path, current)

        analyse = partial(self._analyse, path=path)
        begin = FixedText(source, analysis)
        return fix_in_rounds(begin, analyse, trials, unsafe=unsafe, spares=spares)

    def _judged(self, analysis: Analysis, path: str, source: bytes | None = None) -> FileResult:
        """The result for a file. Fixes that do harm are offered to nobody."""
        if any(found.may_apply(unsafe=True) for found in analysis.found):
            with room_to_recurse():
                trials = self._trials(analysis, path, source)
                judged = trials.judged()
                if trials.postponed:
                    judged = self._settled(analysis, judged, trials.postponed, path, source)
                analysis = judged
        return self._result(analysis, path)

    def _settled(
        self,
        analysis: Analysis,
        judged: Analysis,
        postponed: Collection[int],
        path: str,
        source: bytes | None,
    ) -> Analysis:
        """What was judged, without the postponed fixes that later rounds do not apply either."""
        bytes_now = source if source is not None else analysis.text.encode("utf-8", "surrogatepass")
        refused: dict[int, str] = {}
        for unsafe in (False, True):
            end = self._fixed(bytes_now, analysis, path, unsafe=unsafe)
            left = self._trials(end.after, path, end.source).judged().reasons()
            for found in judged.found:
                is_due = id(found.draft) in postponed and found.may_apply(unsafe=unsafe)
                if is_due and found.key in left:
                    refused.setdefault(id(found.draft), left[found.key])
        return judged.refusing(refused)

    def _trials(self, before: Analysis, path: str, source: bytes | None) -> Trials:
        from ssot_lint.engine.trials import Trials  # most files have no fix
        from ssot_lint.fixes.verification import Reliance

        settings = self._settings
        of_kinds = (one.name for one in self._api.kinds)
        own = (settings.context_method, settings.id_method, *settings.validators)
        others = [one.rpartition(".")[::2] for one in settings.substitutes]
        methods = (*own, *of_kinds, *(name for _, name in others))
        names = settings.generator_names.union(owner for owner, _ in others)
        known = Reliance(names, frozenset(filter(None, methods)))

        def analyse(text: str, tree: ast.Module, rows: Collection[int]) -> Analysis:
            # What is found counts, not what may be made of it: other files need not be asked.
            excerpt = self._excerpt(text, path, self._codes_for(path), tree, rows, alone=True)
            return self._lone_analyst.analyse(excerpt, path)

        return Trials(before, analyse, known, source)

    def _look(self, source: bytes, path: str) -> Analysis | FileResult:
        """What the bytes of a file hold; the result at once where there is nothing to look at."""
        if not self._lets_through(source, path):
            return FileResult(path)
        try:
            text = decode(source)
        except (SyntaxError, UnicodeError, LookupError) as error:
            return self._refused(path, f"cannot be decoded: {one_line(error)}")
        return self._look_at_text(text, path)

    def _look_at_text(
        self, text: str, path: str, tree: ast.Module | None = None
    ) -> Analysis | FileResult:
        problem = is_too_small()
        if problem is not None:
            return self._refused(path, problem)
        codes = self._codes_for(path)
        try:
            with room_to_recurse():
                excerpt = self._excerpt(text, path, codes, tree)
                if not excerpt.masked.strip() and not self._judges_comments(text, codes):
                    return FileResult(path, generated=excerpt.ids.count_generated())
                return self._analyst.analyse(excerpt, path)
        except NotAnalysedError as error:
            return self._not_read(error, text, path)
        except RecursionError:
            return self._refused(path, nested_too_deeply())

    def _judges_comments(self, text: str, codes: frozenset[str]) -> bool:
        """Whether a comment may be there that suppresses nothing."""
        is_on = not codes.isdisjoint(_ABOUT_COMMENTS) and not self._ignore_noqa
        return is_on and "noqa" in text.lower()

    def _analyse(
        self,
        text: str,
        path: str,
        tree: ast.Module | None = None,
        rows: Collection[int] | None = None,
    ) -> Analysis:
        """What a text holds, on these rows at least. Raises NotAnalysedError."""
        excerpt = self._excerpt(text, path, self._codes_for(path), tree, rows)
        return self._analyst.analyse(excerpt, path)

    def _excerpt(
        self,
        text: str,
        path: str,
        codes: frozenset[str],
        tree: ast.Module | None,
        rows: Collection[int] | None = None,
        *,
        alone: bool = False,
    ) -> Excerpt:
        from ssot_lint.engine.excerpt import Excerpt  # most files never get so far
        from ssot_lint.project.callees import resolver

        return Excerpt.of(
            text,
            self._settings.relative(path),
            self._prefilter(codes),
            self._api,
            tree=tree,
            focus=self._focus,
            around=rows,
            resolver=None if alone else resolver(partial(self._project, path)),
        )

    def _lets_through(self, source: bytes, path: str) -> bool:
        if b"migrations.Migration)" in source and _MIGRATION.search(source) is not None:
            return False
        return not self._focus or self._prefilter(self._codes_for(path)).sieve.lets_through(source)

    def _result(self, analysis: Analysis, path: str) -> FileResult:
        return self._analyst.result(analysis, path)

    @cached_property
    def _api(self) -> GeneratorApi:
        from ssot_lint.ids.generator.reading import read_generator_api

        return self._ask() if self._ask is not None else read_generator_api(self._given)

    @cached_property
    def _settings(self) -> Settings:
        """The settings, in the terms of the generator's source."""
        return resolved(self._given, self._api)

    @cached_property
    def _enabled(self) -> frozenset[str]:
        return enabled_codes(self._settings)

    @cached_property
    def _analyst(self) -> Analyst:
        from ssot_lint.engine.analyzer import Analyst

        return Analyst(self._ignore_noqa, self._project)

    @cached_property
    def _lone_analyst(self) -> Analyst:
        """What analyses a file as if there were no others, to see what it holds."""
        from ssot_lint.engine.analyzer import Analyst

        return Analyst(self._ignore_noqa, plans_fixes=False)

    @cached_property
    def _index(self) -> Index | None:
        return self._ask_index()

    def _project(self, path: str) -> Project:
        from ssot_lint.project.index import Project

        where = self._index.at(path) if self._index is not None else ""
        return Project(self._index, where, self.asked, self._others)

    @cached_property
    def _others(self) -> OtherFiles | None:
        from ssot_lint.project.others import OtherFiles

        if self._index is None:
            return None
        index = self._index
        return OtherFiles(index.root, index.contents, index.texts, self._settings, self._api)

    def _not_read(self, error: NotAnalysedError, text: str, path: str) -> FileResult:
        from ssot_lint.analysis.source.noqa import takes_file_out

        if not self._ignore_noqa and takes_file_out(text):
            return FileResult(path)
        reason = error.reason
        if isinstance(error, NotParsedError):
            from ssot_lint.analysis.syntax.newer_versions import advice  # most files can be parsed

            reason = advice(text) or reason
        refused = self._refused(path, reason, error.location)
        if not refused.findings:
            return refused
        return replace(refused, lines=lines_at(text, [error.location.row]))

    def _codes_for(self, path: str) -> frozenset[str]:
        if self._settings.is_exempt(path) or self._is_generators(path):
            return self._enabled & {FILE_NOT_ANALYSED}
        ignored = self._settings.ignored_in(path)
        if not ignored:
            return self._enabled
        return frozenset(code for code in self._enabled if not code.startswith(ignored))

    def _is_generators(self, path: str) -> bool:
        """Whether the file holds the generator, or is exempt in the folder below the root that has
        it: a part of a monorepo is a root of its own.
        """
        relative = self._settings.relative(path)
        if relative in self._api.own_files:
            return True
        folders = self._api.folders if self._api.is_apart else ()
        return any(
            self._settings.is_exempt(str(self._settings.root / relative.removeprefix(folder)))
            for folder in folders
            if relative.startswith(folder)
        )

    def _prefilter(self, codes: frozenset[str]) -> Prefilter:
        if codes not in self._prefilters:
            self._prefilters[codes] = Prefilter(codes, self._settings)
        return self._prefilters[codes]

    def _refused(
        self,
        path: str,
        reason: str,
        location: Location = Location(1, 1),  # noqa: B008 - frozen
    ) -> FileResult:
        if FILE_NOT_ANALYSED not in self._codes_for(path):
            return FileResult(path)
        return not_analysed(path, reason, location)


def not_analysed(path: str, reason: str, location: Location | None = None) -> FileResult:
    """The result for a file that could not be read or parsed, with the reason in one line."""
    place = location or Location(1, 1)
    finding = Finding(
        path=path,
        location=place,
        end_location=place,
        code=FILE_NOT_ANALYSED,
        name=FILE_NOT_ANALYSED_NAME,
        message=FILE_NOT_ANALYSED_MESSAGE.format(reason=reason),
        noqa_row=place.row,
    )
    return FileResult(path, (finding,), analysed=False)
