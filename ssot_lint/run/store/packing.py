"""Results as they lie in the cache: JSON that is looked at value by value when it is read.

Without the path, which another run may write in another way. Edits lie apart from the findings that
they belong to and are read when somebody asks for them: they are most of the text, and most runs
only print where findings are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, overload

from ssot_lint.analysis.source.location import Location
from ssot_lint.model.findings import Applicability, Edit, FileResult, Finding, Fix, Step
from ssot_lint.rules.registry import CODES

# No file has so many rows or findings, and shares of more cannot be told.
_TOO_MANY = 1 << 31

_CLEAN = "[],[],[],true,0", "[]"
"""How the results of most files are packed."""

_APPLICABILITIES = {one.value: one for one in Applicability}
_json = json.JSONEncoder(separators=(",", ":")).encode


def packed(result: FileResult) -> tuple[str, str]:
    """A result as two texts of one line: a JSON array without its brackets, and one of edits."""
    if result == FileResult(result.path):
        return _CLEAN
    findings = [_packed_finding(finding) for finding in result.findings]
    warnings = [warning.removeprefix(result.path) for warning in result.warnings]
    values = (findings, warnings, result.lines, result.analysed, result.generated)
    fixes = (finding.fix for finding in result.findings if finding.fix is not None)
    return _json(values)[1:-1], _json([[_packed_edit(edit) for edit in fix.edits] for fix in fixes])


def unpacked(values: str, edits: str, path: str) -> FileResult:
    """The result that was packed as these texts, for the file at `path`.

    Raises TypeError, ValueError or LookupError for what is none, RecursionError for what is made to
    be too deep. Edits that are none show when they are read: there are then none.
    """
    if (values, edits) == _CLEAN:
        return FileResult(path)
    findings, warnings, lines, analysed, generated = json.loads(f"[{values}]")
    following = _Edits.of_file(edits)
    return FileResult(
        path,
        tuple([_finding(one, path, following) for one in _list(findings)]),
        tuple(path + _text(warning) for warning in _list(warnings)),
        analysed=analysed is True,
        lines=tuple((_number(row), _text(line)) for row, line in _list(lines)),
        generated=_number(generated),
    )


class _FileEdits:
    """The edits of all fixes of a file, as text until one is asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def of_fixes(self) -> tuple[tuple[Edit, ...], ...]:
        try:
            return tuple(tuple(map(_edit, _list(fix))) for fix in _list(json.loads(self._text)))
        except (TypeError, ValueError, RecursionError):
            return ()


class _Edits(Sequence[Edit]):
    """The edits of one fix, read together with those of the whole file."""

    __slots__ = ("_file", "_number")

    def __init__(self, file: _FileEdits, number: int) -> None:
        self._file = file
        self._number = number

    @classmethod
    def of_file(cls, text: str) -> Iterator[_Edits]:
        """Those of one fix after the other."""
        file = _FileEdits(text)
        number = 0
        while True:
            yield cls(file, number)
            number += 1

    @property
    def _edits(self) -> tuple[Edit, ...]:
        fixes = self._file.of_fixes
        return fixes[self._number] if self._number < len(fixes) else ()

    @overload
    def __getitem__(self, index: int) -> Edit: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Edit]: ...
    def __getitem__(self, index: int | slice) -> Edit | Sequence[Edit]:
        return self._edits[index]

    def __len__(self) -> int:
        return len(self._edits)

    def __eq__(self, other: object) -> bool:
        return self._edits == (other._edits if isinstance(other, _Edits) else other)

    def __hash__(self) -> int:
        return hash(self._edits)


def _packed_finding(finding: Finding) -> tuple[Any, ...]:
    fix = finding.fix
    return (
        _place(finding.location),
        _place(finding.end_location),
        finding.code,
        finding.name,
        finding.message,
        finding.noqa_row,
        [_place(location) for location in finding.related],
        finding.scope,
        finding.text,
        fix and [fix.applicability.value, fix.message],
        [[*_place(step.location), step.says, step.path] for step in finding.way],
        finding.is_warning,
    )


def _finding(values: Any, path: str, edits: Iterator[Sequence[Edit]]) -> Finding:
    start, end, code, name, message, noqa_row, related, scope, text, fix, way, warns = values
    # All at once: there are many thousands of them.
    if code not in CODES or not (type(name) is type(message) is type(scope) is type(text) is str):
        raise TypeError
    return Finding(
        path,
        _location(start),
        _location(end),
        code,
        name,
        message,
        _number(noqa_row),
        tuple(map(_location, related)) if _list(related) else (),
        _fix(fix, next(edits)) if fix is not None else None,
        scope,
        text,
        tuple(map(_step, way)) if _list(way) else (),
        warns is True,
    )


def _step(values: Any) -> Step:
    row, column, says, path = values
    return Step(_location([row, column]), _text(says), _text(path))


def _fix(values: Iterable[Any], edits: Sequence[Edit]) -> Fix:
    applicability, message = values
    return Fix(_APPLICABILITIES[applicability], _text(message), edits)


def _packed_edit(edit: Edit) -> list[Any]:
    return [_place(edit.location), _place(edit.end_location), edit.content]


def _edit(values: Any) -> Edit:
    start, end, content = _list(values)
    return Edit(_location(start), _location(end), _text(content))


def _place(location: Location) -> list[int]:
    return [location.row, location.column]


def _location(values: Any) -> Location:
    # In one expression: there are two for each finding and each edit.
    if type(values) is list and len(values) == 2:
        row, column = values
        if type(row) is type(column) is int and 0 <= row < _TOO_MANY and 0 <= column < _TOO_MANY:
            return Location(row, column)
    raise TypeError


def _list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise TypeError
    return value


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError
    return value


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value < _TOO_MANY:
        raise TypeError
    return value
