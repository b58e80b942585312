"""Which later Python a text is written for that the running interpreter cannot parse.

libcst knows the grammars of all versions. What is newer than the interpreter is written as it was
before: where that parses, nothing else is wrong with the text.
"""

from __future__ import annotations

import re
import sys
from typing import TypeVar

import libcst as cst

from ssot_lint.analysis.syntax.parsing import NotParsedError, parse, room_to_recurse

Version = tuple[int, int]
_Definition = TypeVar("_Definition", cst.FunctionDef, cst.ClassDef)
_Handler = TypeVar("_Handler", cst.ExceptHandler, cst.ExceptStarHandler)

# libcst's parser crashes, or takes for ever, on what nests or goes on by the thousands, and needs
# seconds for what is long. What may do that is not shown to it: signs count in strings, too.
_LONGEST = 500_000
_DEEPEST = 100
_MOST_IN_LINE = 1_000
_MOST_BRANCHES = 1_000
_GOES_ON = re.compile(r"\b(?:not|lambda|await|if|and|or)\b|[-+~*/%@|&^.(\[]")


def version_needed(text: str, running: Version = sys.version_info[:2]) -> Version | None:
    """The first version that reads a text that `running` does not; None where none is known."""
    if _may_take_long(text):
        return None
    older = _Older(running)
    try:
        with room_to_recurse():
            parse(cst.parse_module(text).visit(older).code)
    except Exception:
        # ParserSyntaxError, NotParsedError, and what libcst raises besides.
        return None
    return older.needed


def advice(text: str) -> str | None:
    """What to say of a text that only a later Python reads; None for any other."""
    version = version_needed(text)
    if version is None:
        return None
    needed, running = (".".join(map(str, one)) for one in (version, sys.version_info[:2]))
    told = f"valid in Python {needed}, but ssot-lint runs with {running}"
    return f"{told}; run it with {needed} or later"


def _may_take_long(text: str) -> bool:
    if len(text) > _LONGEST or text.count("elif") > _MOST_BRANCHES:
        return True
    depth = signs = 0
    for line in text.splitlines():
        signs = len(_GOES_ON.findall(line)) + (signs if depth > 0 else 0)
        opened, closed = (sum(map(line.count, brackets)) for brackets in ("([{", ")]}"))
        indent = len(line) - len(line.lstrip())
        if max(indent, depth + opened) > _DEEPEST or signs > _MOST_IN_LINE:
            return True
        depth = max(depth + opened - closed, 0)
    return False


class _Older(cst.CSTTransformer):
    """Writes what is newer than an interpreter so that it can read it; what it means is lost."""

    def __init__(self, running: Version) -> None:
        super().__init__()
        self._running = running
        self.needed: Version | None = None

    def _is_newer(self, version: Version) -> bool:
        if version <= self._running:
            return False
        self.needed = max(self.needed or version, version)
        return True

    # PEP 646: stars in indices and annotations. PEP 654: `except*`.

    def leave_Index(self, original_node: cst.Index, updated_node: cst.Index) -> cst.Index:
        if updated_node.star is not None and self._is_newer((3, 11)):
            return cst.Index(updated_node.value)
        return updated_node

    def leave_Annotation(
        self, original_node: cst.Annotation, updated_node: cst.Annotation
    ) -> cst.Annotation:
        starred = updated_node.annotation
        if isinstance(starred, cst.StarredElement) and self._is_newer((3, 11)):
            return updated_node.with_changes(annotation=starred.value)
        return updated_node

    def leave_TryStar(
        self, original_node: cst.TryStar, updated_node: cst.TryStar
    ) -> cst.Try | cst.TryStar:
        if not self._is_newer((3, 11)):
            return updated_node
        return cst.Try(
            body=updated_node.body,
            handlers=[
                cst.ExceptHandler(one.body, one.type, one.name) for one in updated_node.handlers
            ],
            orelse=updated_node.orelse,
            finalbody=updated_node.finalbody,
        )

    # PEP 695: parameters of types. PEP 696: their defaults. PEP 701: f-strings.

    def leave_TypeAlias(
        self, original_node: cst.TypeAlias, updated_node: cst.TypeAlias
    ) -> cst.BaseSmallStatement:
        return cst.Pass() if self._is_newer((3, 12)) else updated_node

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        return self._without_parameters(updated_node)

    def leave_ClassDef(
        self, original_node: cst.ClassDef, updated_node: cst.ClassDef
    ) -> cst.ClassDef:
        return self._without_parameters(updated_node)

    def _without_parameters(self, node: _Definition) -> _Definition:
        if node.type_parameters is None or not self._is_newer((3, 12)):
            return node
        return node.with_changes(type_parameters=None)

    def leave_TypeParam(
        self, original_node: cst.TypeParam, updated_node: cst.TypeParam
    ) -> cst.TypeParam:
        if updated_node.default is not None and self._is_newer((3, 13)):
            return cst.TypeParam(updated_node.param, updated_node.comma)
        return updated_node

    def leave_FormattedString(
        self, original_node: cst.FormattedString, updated_node: cst.FormattedString
    ) -> cst.BaseExpression:
        if _is_readable(original_node) or not self._is_newer((3, 12)):
            return updated_node
        return cst.SimpleString("''")

    # PEP 750: t-strings. PEP 758: several exceptions without parentheses.

    def leave_TemplatedString(
        self, original_node: cst.TemplatedString, updated_node: cst.TemplatedString
    ) -> cst.BaseExpression:
        return cst.SimpleString("''") if self._is_newer((3, 14)) else updated_node

    def leave_ExceptHandler(
        self, original_node: cst.ExceptHandler, updated_node: cst.ExceptHandler
    ) -> cst.ExceptHandler:
        return self._with_parentheses(updated_node)

    def leave_ExceptStarHandler(
        self, original_node: cst.ExceptStarHandler, updated_node: cst.ExceptStarHandler
    ) -> cst.ExceptStarHandler:
        return self._with_parentheses(updated_node)

    def _with_parentheses(self, handler: _Handler) -> _Handler:
        several = handler.type
        if not isinstance(several, cst.Tuple) or several.lpar or not self._is_newer((3, 14)):
            return handler
        inside = several.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        return handler.with_changes(type=inside)


def _is_readable(node: cst.BaseExpression) -> bool:
    """Whether the running interpreter reads an expression."""
    try:
        parse(f"({cst.Module([]).code_for_node(node)}\n)")
    except NotParsedError:
        return False
    return True
