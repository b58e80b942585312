"""What rules draft on nodes becomes edits of the text, and edits are applied to bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from itertools import pairwise

import libcst as cst

from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.source.text import decode, encoding_of
from ssot_lint.analysis.syntax.libcst_nodes import walk
from ssot_lint.analysis.syntax.positions import Positions
from ssot_lint.fixes.refusal import Refusal
from ssot_lint.model.findings import Applicability, Edit, NewId

# What a rule drafts


@dataclass(frozen=True)
class Replace:
    """The code of a node, without parentheses around it, becomes `code`."""

    node: cst.CSTNode
    code: str


@dataclass(frozen=True)
class Unwrap:
    """Of the code of a node only that of `inner`, a part of it, stays, as it is written."""

    node: cst.CSTNode
    inner: cst.CSTNode


@dataclass(frozen=True)
class Remove:
    """A statement goes, with its line when it is alone there. A comment behind it goes, too."""

    statement: cst.BaseSmallStatement
    line: cst.SimpleStatementLine
    block: cst.IndentedBlock | cst.Module


@dataclass(frozen=True)
class InsertBefore:
    """Lines go before a statement, indented as it is. Deeper lines begin with tabs."""

    statement: cst.CSTNode
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Indent:
    """The lines of statements, with what stands between them, move in by one level."""

    statements: tuple[cst.If, ...]


@dataclass(frozen=True)
class InsertAbove:
    """As InsertBefore, but above the decorators of the statement and the comments above it."""

    statement: cst.CSTNode
    lines: tuple[str, ...]


Change = Replace | Unwrap | Remove | InsertBefore | InsertAbove | Indent

# What is longer tells less than the name of the method.
_LONGEST_ADVICE = 160


@dataclass(frozen=True)
class Draft:
    """A fix in terms of nodes. `imports` are the import statements that its code needs."""

    doubt: Refusal | None
    """Why it may change what the program means; None for a safe one."""
    message: str
    changes: tuple[Change, ...]
    imports: frozenset[str] = frozenset()
    advice: str = ""
    """What messages tell people to use: the code that it writes, and for what."""
    makes: tuple[NewId, ...] = ()
    """The ids that its code makes, but for those of one context."""

    @property
    def applicability(self) -> Applicability:
        """Whether it may be applied without a look at it."""
        return Applicability.SAFE if self.doubt is None else Applicability.UNSAFE


def advice_of(plan: Draft | Refusal | None, otherwise: str) -> str:
    """What a message tells people to use: what the fix writes, if there is one that is short."""
    told = plan.advice if isinstance(plan, Draft) else ""
    return told if told and len(told) <= _LONGEST_ADVICE else otherwise


# The text


@dataclass(frozen=True, slots=True, order=True)
class TextEdit:
    """What stands from offset `start` up to `end`, in code points from 0, becomes `content`."""

    start: int
    end: int
    content: str


class Placer:
    """Turns drafts into edits of the text.

    `text` is the file's; `analysed` the lines that the tree was read from, in which some letters
    may be others and form feeds are missing: `feeds` says how many at the start of a row.
    """

    def __init__(
        self,
        text: SourceText,
        analysed: Sequence[str],
        places: Positions,
        feeds: Mapping[int, int],
    ) -> None:
        self._text = text
        self._analysed = analysed
        self._places = places
        self._feeds = feeds

    def resolve(self, draft: Draft) -> tuple[TextEdit, ...] | None:
        """The edits of a draft, in order; None when it cannot be written at its place."""
        edits: set[TextEdit] = set()
        inserted: dict[int, str] = {}
        indented: dict[int, str] = {}
        removed = [change for change in draft.changes if isinstance(change, Remove)]
        for change in draft.changes:
            found = self._resolved(change, removed)
            if found is None:
                return None
            for edit in found:
                if isinstance(change, Indent):
                    indented[edit.start] = edit.content
                elif edit.start == edit.end:
                    inserted[edit.start] = inserted.get(edit.start, "") + edit.content
                else:
                    edits.add(edit)
        for at, content in indented.items():
            if not any(edit.start <= at < edit.end for edit in edits):  # the line stays
                inserted[at] = inserted.get(at, "") + content
        edits.update(TextEdit(at, at, content) for at, content in inserted.items())
        ordered = tuple(sorted(edits))
        if overlap(ordered) or not all(map(self._is_as_analysed, ordered)):
            return None
        return ordered

    def _resolved(self, change: Change, removed: Sequence[Remove]) -> Sequence[TextEdit] | None:
        match change:
            case Replace():
                start, end = self._span(change.node)
                return [TextEdit(start, end, self._apart(start, end, change.code))]
            case Unwrap():
                return self._unwrapping(change)
            case Remove():
                return self._removal(change, removed)
            case InsertBefore():
                return self._insertion(change.statement, change.lines)
            case InsertAbove():
                return self._insertion(change.statement, change.lines, above=True)
            case Indent():
                return self._indentation(change)

    def _unwrapping(self, change: Unwrap) -> Sequence[TextEdit]:
        (start, end), (first, last) = self._span(change.node), self._span(change.inner)
        inner = self._text.text[first:last]
        kept = self._apart(start, end, inner)
        left = " " if kept[0] != inner[0] else ""
        right = " " if kept[-1] != inner[-1] else ""
        edits = [TextEdit(start, first, left), TextEdit(last, end, right)]
        return [edit for edit in edits if edit.start < edit.end]

    def _apart(self, start: int, end: int, code: str) -> str:
        """The code with blanks where it would grow together with a word beside it: `else"a"`."""
        before, after = self._text.text[max(start - 1, 0) : start], self._text.text[end : end + 1]
        left = " " if _is_word(before) and _is_word(code[:1]) else ""
        right = " " if _is_word(after) and _is_word(code[-1:]) else ""
        return left + code + right

    def _span(self, node: cst.CSTNode) -> tuple[int, int]:
        start, end = self._places.start(node), self._places.end(node)
        return self._text.offset(start), self._text.offset(end)

    def _row(self, offset: int) -> int:
        return self._text.location(offset).row

    def _is_as_analysed(self, edit: TextEdit) -> bool:
        """Whether the rows that an edit touches are, letter for letter, those of the tree.

        Whole rows that are put in between touch none.
        """
        if edit.start == edit.end and edit.content.endswith(("\n", "\r")):
            return True
        first, last = self._row(edit.start), self._row(max(edit.start, edit.end - 1))
        return all(
            self._text.lines[row - 1][self._feeds.get(row, 0) :].rstrip("\r\n")
            == self._analysed[row - 1].rstrip("\r\n")
            for row in range(first, min(last, len(self._analysed)) + 1)
        )

    def _removal(self, change: Remove, removed: Sequence[Remove]) -> Sequence[TextEdit] | None:
        start, end = self._span(change.statement)
        beside = list(change.line.body)
        gone = [other.statement for other in removed]
        if all(
            isinstance(line, cst.SimpleStatementLine) and all(small in gone for small in line.body)
            for line in change.block.body
        ):
            if isinstance(change.block, cst.Module):
                return None
            first = change.block.body[0]
            assert isinstance(first, cst.SimpleStatementLine)
            if change.statement is first.body[0]:
                behind = end if len(beside) > 1 else end_with_comment(self._text, end)
                return [TextEdit(start, behind, "pass")]
        if len(beside) == 1:
            return [self._line_removal(start, end, first_in_block=change.line is _first(change))]
        if sum(small in gone for small in beside) > 1:
            return None
        index = beside.index(change.statement)
        if index + 1 < len(beside):
            return [TextEdit(start, self._span(beside[index + 1])[0], "")]
        return [TextEdit(self._span(beside[index - 1])[1], end, "")]

    def _line_removal(self, start: int, end: int, *, first_in_block: bool) -> TextEdit:
        return line_removal(self._text, start, end, first_in_block=first_in_block)

    def _insertion(
        self, statement: cst.CSTNode, lines: Sequence[str], *, above: bool = False
    ) -> Sequence[TextEdit] | None:
        if above and isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
            statement = next(iter(statement.decorators), statement)
        start, _ = self._span(statement)
        row = self._row(start)
        indent = self._text.indentation(row)
        if self._text.row_start(row) + len(indent) != start:
            return None  # something stands before it on its line
        newline = self._text.newline(row)
        while (
            above
            and row - 1 in self._text.comment_rows
            and self._text.indentation(row - 1) == indent
        ):
            row -= 1
        unit = self._unit(statement) if isinstance(statement, cst.If) else None
        code = "".join(_indented(line, indent, unit) + newline for line in lines)
        place = self._text.row_start(row)
        return [TextEdit(place, place, code)]

    def _indentation(self, change: Indent) -> Sequence[TextEdit] | None:
        first_if, last_if = change.statements[0], change.statements[-1]
        (start, _), (_, end) = self._span(first_if), self._span(last_if)
        first, last = self._row(start), self._row(end)
        unit = self._unit(first_if)
        if unit is None:
            return None
        nodes = [node for statement in change.statements for node in walk(statement)]
        inside_strings = {row for node in nodes for row in self._rows_in_string(node)}
        rows = [r for r in range(first, last + 1) if not self._text.is_blank(r)]
        return [
            TextEdit(self._text.row_start(row), self._text.row_start(row), unit)
            for row in rows
            if row not in inside_strings
        ]

    def _unit(self, block: cst.If) -> str | None:
        """What the lines of a block begin with beyond its header."""
        if not isinstance(block.body, cst.IndentedBlock) or not block.body.body:
            return None
        outer = self._text.indentation(self._row(self._span(block)[0]))
        inner = self._text.indentation(self._row(self._span(block.body.body[0])[0]))
        return inner.removeprefix(outer) if inner.startswith(outer) else None

    def _rows_in_string(self, node: cst.CSTNode) -> range:
        """The rows that begin inside a string."""
        if not isinstance(node, (cst.SimpleString, cst.FormattedString)):
            return range(0)
        start, end = self._span(node)
        return range(self._row(start) + 1, self._row(end) + 1)


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def end_with_comment(text: SourceText, end: int) -> int:
    """Where a statement that ends at an offset does so with the comment behind it."""
    behind = text.text[end : text.row_start(text.row_at(end) + 1)]
    return end + len(behind.rstrip()) if behind.lstrip().startswith("#") else end


def line_removal(
    text: SourceText, start: int, end: int, *, first_in_block: bool, top: int | None = None
) -> TextEdit:
    """The edit that removes a statement which is alone on its lines.

    Of blank lines above and below it, those below go. A comment behind it goes with it; what
    follows moves up to one right above it. `top` is the first of the rows above it that go, too.
    """
    first, last = text.location(start).row, text.location(end).row
    top = top or first
    below = _blank_rows(text, last, 1)
    follows = top - 1 in text.comment_rows and _is_indented_alike(text, first, last + 1 + below)
    if not first_in_block and top > 1 and not follows:
        below = min(below, _blank_rows(text, top, -1))
    return TextEdit(text.row_start(first), text.row_start(last + 1 + below), "")


def _is_indented_alike(text: SourceText, one: int, other: int) -> bool:
    """Whether two rows are of one block, which is not the module's."""
    indent = text.indentation(one)
    return bool(indent) and other <= len(text.lines) and text.indentation(other) == indent


def _blank_rows(text: SourceText, row: int, step: int) -> int:
    count = 0
    while text.is_blank(row + step * (count + 1)):
        count += 1
    return count


def _first(change: Remove) -> cst.CSTNode | None:
    """The first line of the block, when no comment stands above it."""
    if isinstance(change.block, cst.Module) or change.line.leading_lines:
        return None
    return change.block.body[0]


def _indented(line: str, indent: str, unit: str | None) -> str:
    """The line behind `indent`, deeper by as many units as it has tabs in front."""
    if not line:
        return ""
    deeper = len(line) - len(line.lstrip("\t"))
    if unit is None:
        unit = "\t" if indent and set(indent) <= {"\t", "\f"} else "    "
    return indent + unit * deeper + line.lstrip("\t")


def overlap(edits: Sequence[TextEdit]) -> bool:
    """Whether two of the edits, which are in order, touch the same text or the same place."""
    return any(
        after.start < before.end or after.start == before.start for before, after in pairwise(edits)
    )


def placed(text: SourceText, edits: Iterable[TextEdit]) -> tuple[Edit, ...]:
    """Edits with places instead of offsets, in order."""
    return tuple(
        Edit(text.location(edit.start), text.location(edit.end), edit.content)
        for edit in sorted(edits)
    )


def text_edits(text: SourceText, edits: Iterable[Edit]) -> list[TextEdit]:
    """The reverse of `placed`."""
    return [
        TextEdit(text.offset(e.location), text.offset(e.end_location), e.content) for e in edits
    ]


# Applying


class EditError(Exception):
    """The edits cannot be applied to these bytes; the text says why."""


def apply_text_edits(text: str, edits: Iterable[TextEdit]) -> str:
    """The text with the edits, which must not overlap, applied."""
    parts: list[str] = []
    at = 0
    for edit in sorted(edits):
        parts += [text[at : edit.start], edit.content]
        at = edit.end
    return "".join([*parts, text[at:]])


def apply_edits(source: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes of a file with the edits of a fix applied.

    Every byte outside the edits stays as it is. Raises EditError when they overlap, or when the
    file's encoding has no way back to the same bytes.
    """
    text = SourceText(decode(source))
    return apply_to_bytes(source, text, text_edits(text, edits))


def apply_to_bytes(source: bytes, text: SourceText, edits: Sequence[TextEdit]) -> bytes:
    """As `apply_edits`, for edits by offset in the decoded text of `source`."""
    ordered = sorted(edits)
    if overlap(ordered):
        raise EditError("the edits overlap")
    encoding = encoding_of(source)
    bom = source[: len(source) - len(source.removeprefix(b"\xef\xbb\xbf"))]
    plain = "utf-8" if bom else encoding
    parts = [bom]
    at = 0
    try:
        for edit in ordered:
            parts += [text.text[at : edit.start].encode(plain), edit.content.encode(plain)]
            at = edit.end
        parts.append(text.text[at:].encode(plain))
        unchanged = bom + text.text.encode(plain) == source
        result = b"".join(parts)
        faithful = decode(result) == apply_text_edits(text.text, ordered)
    except (UnicodeError, SyntaxError) as error:
        raise EditError(f"cannot be written in {encoding}: {error}") from None
    if not unchanged or not faithful:
        raise EditError(f"its bytes cannot be restored from {encoding}")
    return result


def comments_in(node: cst.CSTNode) -> Iterator[str]:
    """The comments inside the code of a node, not those around it."""
    if not _may_hold_comments(node):
        return
    around = [getattr(node, name, ()) for name in ("lpar", "rpar")]
    # Those of an import are single, and part of it.
    own = {id(part) for found in around if isinstance(found, (list, tuple)) for part in found}
    pending = [child for child in reversed(node.children) if id(child) not in own]
    while pending:
        current = pending.pop()
        if isinstance(current, cst.Comment):
            yield current.value
        pending.extend(reversed(current.children))


def _may_hold_comments(node: cst.CSTNode) -> bool:
    """Whether a comment is anywhere in a node or around it.

    Asked first: `children` builds the nodes anew.
    """
    pending: list[cst.CSTNode] = [node]
    while pending:
        current = pending.pop()
        if type(current) is cst.Comment:
            return True
        for name in _parts(type(current)):
            value = getattr(current, name)
            kind = type(value)
            if kind is tuple or kind is list:
                pending += value
            elif kind not in _NO_PARTS:
                pending.append(value)
    return False


# Of the white space only some kinds hold comments, and it is half of all nodes.
_NO_PARTS = frozenset({type(None), str, bool, cst.MaybeSentinel, cst.SimpleWhitespace})


@cache
def _parts(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
