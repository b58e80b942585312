"""Source text to the standard library's syntax tree, with one line for whatever goes wrong."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType

from ssot_lint.analysis.source.location import Location
from ssot_lint.analysis.source.text import one_line
from ssot_lint.analysis.syntax.stack import stack_size

# libcst takes about six Python calls for each level of nesting; the default of 1,000 would refuse
# sums of 160 terms.
_RECURSION_LIMIT = 6_000
# What a call takes of the stack at most: in Python 3.10 each one takes some.
_CALL_BYTES = 1_024

Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
TRIES: tuple[type[ast.AST], ...] = (ast.Try,)
if sys.version_info >= (3, 11):
    TRIES = (ast.Try, ast.TryStar)

TYPE_ALIASES: tuple[type[ast.AST], ...] = ()
if sys.version_info >= (3, 12):
    TYPE_ALIASES = (ast.TypeAlias,)

# Fields that never hold nodes, or only those that say how a name or an operator is meant.
_BARE = frozenset({
    "arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind", "kwd_attrs", "level",
    "module", "op", "ops", "rest", "simple", "type_comment",
})  # fmt: skip

CODE_FIELDS: Mapping[type[ast.AST], tuple[str, ...]] = MappingProxyType(
    {
        kind: tuple(name for name in kind._fields if name not in _BARE)
        for kind in vars(ast).values()
        if isinstance(kind, type) and issubclass(kind, ast.AST) and kind is not ast.Constant
    }
    | {ast.Constant: ()}
)
"""The fields of each kind of node that may hold code."""

# Printable signs that may be written with a backslash in front.
_ESCAPED = frozenset("\\'\"")

# Lists that hold more than nodes: None where nothing stands, or mere names.
_MIXED = frozenset({"keys", "kw_defaults", "names"})


class NotAnalysedError(Exception):
    """A text cannot be analysed; says why, and where."""

    def __init__(self, reason: str, location: Location | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.location = location or Location(1, 1)


class NotParsedError(NotAnalysedError):
    """A text is no Python program."""


def nested_too_deeply(where: str = "") -> str:
    """What is told of code that is nested deeper than its reader, or a stack, bears."""
    return f"code is nested too deeply{where}; split the statement, or exclude the file"


def parse(text: str) -> ast.Module:
    """The tree of a text. Raises NotParsedError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes are somebody else's business
            return ast.parse(text)
    except SyntaxError as error:
        location = Location(max(error.lineno or 1, 1), max(error.offset or 1, 1))
        raise NotParsedError(f"syntax error: {error.msg}", location) from None
    except ValueError as error:
        raise NotParsedError(f"syntax error: {one_line(error)}") from None
    except MemoryError:
        raise NotParsedError(nested_too_deeply()) from None


@contextmanager
def room_to_recurse() -> Iterator[None]:
    """Let code inside call deeper than Python allows by default."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, min(_RECURSION_LIMIT, stack_size() // _CALL_BYTES)))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def walk(node: ast.AST) -> list[ast.AST]:
    """The node and all below it, as `ast.walk` gives them but for contexts and operators.

    In a third of the time: it is asked for every statement that could matter.
    """
    found = [node]
    for part in found:  # grows while it is gone through
        fields = CODE_FIELDS[type(part)]
        if fields:  # every other node has none
            _add_children(part, fields, found)
    return found


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below one, as `ast.iter_child_nodes` but for contexts and operators."""
    found: list[ast.AST] = []
    _add_children(node, CODE_FIELDS[type(node)], found)
    return found


def _add_children(node: ast.AST, fields: Iterable[str], found: list[ast.AST]) -> None:
    for name in fields:
        value = getattr(node, name, None)
        if value is None:
            continue
        if type(value) is not list:
            if isinstance(value, ast.AST):
                found.append(value)
        elif name not in _MIXED:
            found += value
        else:
            found += [item for item in value if isinstance(item, ast.AST)]


def own_nodes(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes of a body without those in functions and classes in it."""
    pending = list(body)
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            pending += children(node)


def may_end(body: Sequence[ast.stmt]) -> bool:
    """Whether a run of a body may come to its end, and not leave by `return` or `raise` before."""
    match body[-1] if body else None:
        case ast.Return() | ast.Raise():
            return False
        case ast.If(body=then, orelse=otherwise):
            return may_end(then) or may_end(otherwise)
        case ast.With(body=inside) | ast.AsyncWith(body=inside):
            return may_end(inside)
        case ast.Try(body=tried, handlers=handlers, orelse=behind, finalbody=last):
            if last and not may_end(last):
                return False
            return may_end([*tried, *behind]) or any(may_end(one.body) for one in handlers)
        case ast.While(test=ast.Constant(value=True), body=inside):
            return any(isinstance(node, ast.Break) for node in own_nodes(inside))
    return True


def names_bound(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement binds in the scope it stands in, in its branches too."""
    for node in own_nodes([statement]):
        yield from names_bound_by(node)


def names_bound_by(node: ast.AST) -> Iterator[str]:
    """The names that a node itself binds in the scope it stands in."""
    match node:
        case ast.Name(id=name):
            if isinstance(node.ctx, ast.Store):
                yield name
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
            yield name
        case ast.AsyncFunctionDef(name=name) | ast.ExceptHandler(name=str(name)):
            yield name
        case ast.alias(name=name, asname=asname):
            yield asname or name.partition(".")[0]
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.MatchMapping(rest=str(name)):
            yield name


def last_name_of(node: ast.expr) -> str:
    """`c` of `c`, `a.b.c` and `a.b.c(...)`; empty where there is none."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=func):
            return last_name_of(func)
    return ""


def last_name(node: ast.AST) -> str:
    """The name at the right end of a name or attribute; empty for all else, as for calls."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def dotted_name(node: ast.AST) -> str | None:
    """`a.b.c` for a name or a chain of attributes of one; None for anything else."""
    if type(node) is ast.Name:  # as most are
        return node.id
    parts: list[str] = []
    while type(node) is ast.Attribute:
        parts.append(node.attr)
        node = node.value
    if type(node) is not ast.Name:
        return None
    parts.append(node.id)
    return ".".join(reversed(parts))


def integer(node: ast.AST | None) -> int | None:
    """The number that is written as an integer, with or without a minus; else None."""
    match node:
        case ast.Constant(value=number) if type(number) is int:
            return number
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=number)):
            return -number if type(number) is int else None
    return None


def plain_text(node: ast.AST | None) -> str | None:
    """The text of a string literal that is written just as it reads; None for all else.

    Names in strings count only in this form, because the sieve looks for them letter by letter.
    """
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return None
    text = node.value
    width = (node.end_col_offset or 0) - node.col_offset
    around = width - len(text)
    # Two quotes or six; or a letter and two, if that one more sign can be in no escape.
    is_bare = text.isprintable() and _ESCAPED.isdisjoint(text)
    return text if text.isascii() and (around in (2, 6) or (around == 3 and is_bare)) else None


def arguments_of(call: ast.Call) -> list[ast.expr]:
    """All that a call is handed: first what goes by position, then what goes by keyword."""
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def has_stars(call: ast.Call) -> bool:
    """Whether the call is handed `*args` or `**kwargs`, so that nobody can count what it gets."""
    return any(isinstance(arg, ast.Starred) for arg in call.args) or any(
        keyword.arg is None for keyword in call.keywords
    )


def parameters(arguments: ast.arguments) -> list[ast.arg]:
    """All parameters in order, `*args` and `**kwargs` included."""
    found = [*arguments.posonlyargs, *arguments.args]
    if arguments.vararg is not None:
        found.append(arguments.vararg)
    found += arguments.kwonlyargs
    if arguments.kwarg is not None:
        found.append(arguments.kwarg)
    return found


def defaults(arguments: ast.arguments) -> list[ast.expr]:
    """What a definition evaluates for the parameters that calls may leave out."""
    return [*arguments.defaults, *(item for item in arguments.kw_defaults if item is not None)]


def annotation_metadata(annotation: ast.expr) -> list[ast.expr]:
    """What stands beside the type in `Annotated[type, ...]`, wherever in an annotation."""
    found: list[ast.expr] = []
    for node in walk(annotation):
        match node:
            case ast.Subscript(value=value, slice=ast.Tuple(elts=[_, *beside])):
                if last_name_of(value) == "Annotated":
                    found += beside
    return found
