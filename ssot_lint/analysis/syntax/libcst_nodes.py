"""Walking a libcst tree by meaning: the nodes that hold code, without whitespace and tokens."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator
from functools import cache, cached_property
from itertools import chain
from typing import Any, TypeGuard, TypeVar, cast

import libcst as cst

Node = TypeVar("Node", bound=cst.CSTNode)

# Fields that hold punctuation, whitespace or comments rather than code.
_TOKENS = frozenset(
    {
        "lpar", "rpar", "lbracket", "rbracket", "lbrace", "rbrace", "comma", "semicolon", "colon",
        "first_colon", "second_colon", "equal", "dot", "star", "header", "footer",
        "leading_lines", "lines_after_decorators", "lines_after_module_docstring", "lines_before",
        "trailing_whitespace", "indent", "operator", "posonly_ind", "star_arg_bar",
    }
)  # fmt: skip


def children(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The direct children of `node` that hold code, in the order of the source."""
    found: list[cst.CSTNode] = []
    for name in _code_fields(type(node)):
        value = getattr(node, name)
        kind = type(value)
        # Not isinstance: libcst's nodes are abstract base classes, for which it is slow.
        if kind is tuple or kind is list:
            found.extend(value)
        elif kind not in _NO_NODES:
            found.append(value)
    return found


def walk(node: cst.CSTNode, *, into_scopes: bool = True) -> Iterator[cst.CSTNode]:
    """`node` and everything below it that holds code, depth first, in source order.

    With `into_scopes` false, functions, lambdas and classes below `node` are given but not
    entered.
    """
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        kind = type(current)
        # Nearly every second node is a name or a literal.
        if kind not in LEAVES and (into_scopes or current is node or kind not in SCOPES):
            pending.extend(reversed(children(current)))


def statements(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """`node` and the statements and parts of statements below it, but no expressions.

    Enters functions and classes. A tenth of what `walk` gives.
    """
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        for name in _block_fields(type(current)):
            value = getattr(current, name)
            if isinstance(value, (tuple, list)):
                pending.extend(value)
            elif value is not None:
                pending.append(value)


class Layout:
    """The nodes of a module that hold code, and what each stands in: found out in one walk."""

    def __init__(self, module: cst.Module) -> None:
        self.nodes: list[cst.CSTNode] = []
        """In the order of the source."""
        # By `id`, because libcst's nodes have a hash in Python; they live as long as the module.
        self._parents: dict[int, cst.CSTNode] = {}
        self._around: dict[tuple[type, ...], dict[int, cst.CSTNode | None]] = {}
        """For some kinds, the next of them around each node that was asked for."""
        pending: list[cst.CSTNode] = [module]
        while pending:
            node = pending.pop()
            self.nodes.append(node)
            if type(node) not in LEAVES:
                below = children(node)
                self._parents.update(dict.fromkeys(map(id, below), node))
                below.reverse()
                pending += below

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node that a node is a child of; None for the module and for other trees."""
        return self._parents.get(id(node))

    def around(self, node: cst.CSTNode, kinds: tuple[type, ...]) -> Iterator[Any]:
        """The nodes of some kinds, or of kinds below these, around a node, the innermost first.

        Each step is looked for once: the arms of an `elif` lie as deep as the chain is long.
        """
        found = self._nearest(node, kinds)
        while found is not None:
            yield found
            found = self._nearest(found, kinds)

    def _nearest(self, node: cst.CSTNode, kinds: tuple[type, ...]) -> cst.CSTNode | None:
        known = self._around.setdefault(kinds, {})
        passed: list[int] = []
        outer: cst.CSTNode | None = node
        while True:
            at = id(outer)
            if at in known:
                found = known[at]
                break
            passed.append(at)
            outer = self._parents.get(at)
            if outer is None or isinstance(outer, kinds):
                found = outer
                break
        known.update(dict.fromkeys(passed, found))
        return found

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes around a node, the innermost first."""
        parents = self._parents
        parent = parents.get(id(node))
        while parent is not None:
            yield parent
            parent = parents.get(id(parent))

    @cached_property
    def _by_kind(self) -> dict[type[cst.CSTNode], list[int]]:
        """The positions of the nodes of each kind."""
        found: dict[type[cst.CSTNode], list[int]] = {}
        for position, node in enumerate(self.nodes):
            found.setdefault(type(node), []).append(position)
        return found

    def of(self, *kinds: type[Node]) -> list[Node]:
        """The nodes of some kinds and those below these, in the order of the source."""
        fitting = [at for kind, at in self._by_kind.items() if issubclass(kind, kinds)]
        positions = fitting[0] if len(fitting) == 1 else sorted(chain.from_iterable(fitting))
        return [cast("Node", self.nodes[position]) for position in positions]


def access_path(node: cst.CSTNode) -> str | None:
    """`a.b.c` for a name or a chain of attributes of one; None for anything else."""
    if type(node) is cst.Name:
        return node.value
    parts: list[str] = []
    while type(node) is cst.Attribute:
        parts.append(node.attr.value)
        node = node.value
    if type(node) is not cst.Name:
        return None
    parts.append(node.value)
    return ".".join(reversed(parts))


def plain_text(node: cst.CSTNode) -> str | None:
    """The text of a string literal that is written just as it reads; None for all else.

    Names in strings count only in this form, because the sieve looks for them letter by letter.
    """
    if type(node) is not cst.SimpleString:
        return None
    code = node.value
    if code[0] in _QUOTES and "\\" not in code and "\r" not in code:
        # As most are written. To have the interpreter read them takes thirty times as long.
        width = 3 if code.startswith(code[0] * 3) else 1
        return code[width:-width]
    value = node.evaluated_value
    return value if isinstance(value, str) and value == node.raw_value else None


def annotation_metadata(node: cst.CSTNode) -> list[cst.CSTNode]:
    """What stands beside the type in `Annotated[type, ...]`, wherever in an annotation."""
    found: list[cst.CSTNode] = []
    for part in walk(node):
        if type(part) is cst.Subscript and last_name(part.value) == "Annotated":
            found.extend(element.slice for element in part.slice[1:])
    return found


def all_params(params: cst.Parameters) -> list[cst.Param]:
    """All parameters in order, `*args` and `**kwargs` included."""
    result = [*params.posonly_params, *params.params]
    if isinstance(params.star_arg, cst.Param):
        result.append(params.star_arg)
    result.extend(params.kwonly_params)
    if params.star_kwarg is not None:
        result.append(params.star_kwarg)
    return result


def is_sum(node: cst.CSTNode | None) -> TypeGuard[cst.BinaryOperation]:
    """Whether the expression is written with `+`."""
    return isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add)


def last_name(node: cst.CSTNode) -> str | None:
    """The name at the right end of a name or attribute: `c` for `a.b.c` and for `f().c`."""
    if type(node) is cst.Attribute:
        return node.attr.value
    return node.value if type(node) is cst.Name else None


def leaves_block(statement: cst.CSTNode) -> bool:
    """Whether the line of statements ends the run of the block it stands in."""
    return isinstance(statement, cst.SimpleStatementLine) and any(
        isinstance(small, _LEAVING) for small in statement.body
    )


def code_of(node: cst.CSTNode) -> str:
    """The source of a node, without parentheses around it."""
    if getattr(node, "lpar", None):
        node = node.with_changes(lpar=[], rpar=[])
    return _CODE.code_for_node(node)


def canonical(node: cst.CSTNode) -> str:
    """A text that two expressions share when they are the same but for quotes and layout."""
    code = _CODE.code_for_node(node)
    try:
        return ast.dump(ast.parse(f"({code})", mode="eval").body)
    except (SyntaxError, ValueError):
        return code


SCOPES = (cst.FunctionDef, cst.Lambda, cst.ClassDef)
# What runs its inside later, or several times within one expression.
DEFERRING = (cst.BaseComp, cst.CompFor, cst.GeneratorExp, cst.Lambda)
REPEATING = (cst.For, cst.While, *DEFERRING)
# Expressions that do more than look something up.
ACTING = (cst.Call, cst.Await, cst.NamedExpr, cst.Yield, cst.Lambda)

# Nodes that have no children with code.
LEAVES = frozenset({
    cst.Break, cst.Continue, cst.Float, cst.FormattedStringText, cst.Imaginary, cst.Integer,
    cst.Name, cst.Pass, cst.SimpleString,
})  # fmt: skip

_CODE = cst.Module(body=[])
_QUOTES = "\"'"
_LEAVING = (cst.Return, cst.Raise, cst.Continue, cst.Break)
_NO_NODES = frozenset({type(None), str, bool, cst.MaybeSentinel})
# Fields of statements that hold statements.
_BLOCKS = frozenset({"body", "orelse", "handlers", "finalbody", "cases"})


@cache
def _code_fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    return tuple(
        field.name
        for field in dataclasses.fields(kind)
        if field.type is not str
        and field.name not in _TOKENS
        and not field.name.startswith("whitespace")
    )


@cache
def _block_fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    return tuple(name for name in _code_fields(kind) if name in _BLOCKS)
