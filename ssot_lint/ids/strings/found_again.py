"""Texts of `id()` and `hash()` by which code finds again what it has put somewhere."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from ssot_lint.analysis.dataflow.backward import Backward
from ssot_lint.analysis.dataflow.library import LOOKUPS
from ssot_lint.analysis.dataflow.strings import Text, is_string, pieces_of
from ssot_lint.analysis.semantics.semantic_model import SemanticModel
from ssot_lint.analysis.syntax.parsing import FUNCTIONS, last_name, own_nodes, walk
from ssot_lint.ids.makers import BUILTIN_SOURCES
from ssot_lint.ids.strings.made_of import MadeOf

# Methods that take what they are handed out of a container.
_REMOVALS = frozenset({"discard", "remove"})
_FINDING = LOOKUPS | _REMOVALS
# Calls that show a text: loggers, and what raises.
_SHOWING = frozenset({
    "critical", "debug", "error", "exception", "info", "log", "warn", "warning",
})  # fmt: skip
_COMPARING = (ast.In, ast.NotIn, ast.Eq, ast.NotEq)


class FoundAgain:
    """The texts that a file computes again to find something. Asked once per file.

    `f"conn_{id(ws)}"` is the same text for as long as the object lives: where one place stores
    under it and another one looks it up, it is a key of the object, and nothing new.
    """

    def __init__(self, semantics: SemanticModel) -> None:
        self._semantics = semantics
        self._syntax = semantics.syntax
        self._backward = semantics.once(Backward)
        self._followed: set[ast.Call] = set()
        """The calls whose callee is being looked into: it may call itself."""
        self._by_form: dict[object, list[ast.expr]] = {}
        for node in filter(is_address, self._syntax.of(ast.Call)):
            text = self._text_around(node)
            texts = self._by_form.setdefault(_form(text), [])
            if text not in texts:
                texts.append(text)

    def is_one(self, node: ast.expr) -> bool:
        """Whether the text of a string is computed elsewhere too, by one of both to find it."""
        texts = self._by_form.get(_form(node), ())
        return len(texts) > 1 and any(map(self._finds, texts))

    @property
    def sought(self) -> Iterator[tuple[str, ast.expr]]:
        """The texts by which the file finds something, each with what it shares with others.

        Not the address or the hash alone: two files that tell objects apart are no evidence.
        """
        for texts in self._by_form.values():
            found = (text for text in texts if any(map(self._is_sought, self._read_as(text))))
            text = next(found, None)
            if text is not None and any(isinstance(p, Text) for p in pieces_of(text) or ()):
                yield form_of(text), text

    def _text_around(self, call: ast.Call) -> ast.expr:
        """The whole string that an address or a hash is put into."""
        text: ast.expr = call
        for outer in self._syntax.ancestors(call):
            if isinstance(outer, ast.stmt):
                break
            if isinstance(outer, ast.expr) and is_string(outer):
                text = outer
        return text

    def _finds(self, text: ast.expr) -> bool:
        """Whether something is looked up, asked for or removed by a text, or it is returned."""
        is_given = isinstance(self._syntax.parent(text), ast.Return)
        return is_given or any(map(self._is_key, self._read_as(text)))

    def _read_as(self, text: ast.expr) -> Iterator[ast.expr]:
        """The expression itself, and the places where the variable it is assigned to is read."""
        yield text
        match self._syntax.parent(text):
            case (
                ast.Assign(targets=[ast.Name() as target])
                | ast.AnnAssign(target=ast.Name() as target)
            ):
                yield from self._backward.uses_of(target) or ()

    def _is_sought(self, node: ast.expr) -> bool:
        """Whether something is found by a text, or code gets it that may do so.

        That two texts are the same says nothing: a test may look at an id.
        """
        parent = self._syntax.parent(node)
        if isinstance(parent, ast.Call):
            return node in parent.args and not self._is_output(parent)
        return not _is_equation(parent) and self._is_key(node)

    def _is_output(self, call: ast.Call) -> bool:
        name = last_name(call.func)
        return name in _SHOWING or hasattr(builtins, name)

    def _is_key(self, node: ast.expr) -> bool:
        match self._syntax.parent(node):
            case ast.Call(func=ast.Attribute(attr=name), args=[first, *_]) if name in _FINDING:
                return first is node
            case ast.Call() as call:
                return self._is_key_in_callee(node, call)
            case ast.Subscript(slice=key, ctx=ast.Load() | ast.Del()):
                return key is node
            case ast.Compare(ops=ops):
                return all(isinstance(operator, _COMPARING) for operator in ops)
        return False

    def _is_key_in_callee(self, node: ast.expr, call: ast.Call) -> bool:
        """Whether a function of the file looks something up by what a call hands to it."""
        if call in self._followed:
            return False
        self._followed.add(call)
        found = any(map(self._is_key, list(self._loads_in_callee(node, call))))
        self._followed.remove(call)
        return found

    def _loads_in_callee(self, node: ast.expr, call: ast.Call) -> Iterator[ast.expr]:
        """Where a function of the file reads what a call hands to it."""
        for function in self._semantics.names.definitions(call.func):
            if isinstance(function, FUNCTIONS):
                handed = self._semantics.once(MadeOf).handed_to(call, function)
                names = {name for name, argument in handed if argument is node}
                nodes = own_nodes(function.body)
                yield from (n for n in nodes if isinstance(n, ast.Name) and n.id in names)


def _is_equation(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Compare) and any(
        isinstance(o, (ast.Eq, ast.NotEq)) for o in node.ops
    )


def is_address(node: ast.AST) -> bool:
    """Whether the expression is `id(x)` or `hash(x)`."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in BUILTIN_SOURCES
    )


def form_of(text: ast.expr) -> str:
    """What a string shares with others that are the same but for the object they tell of."""
    return repr(_form(text))


def _form(text: ast.expr) -> object:
    """What two strings share that are the same but for the object that they tell of."""
    pieces = pieces_of(text)
    if pieces is None:
        return _without_objects(text)
    return tuple(
        ("text", piece.value)
        if isinstance(piece, Text)
        else ("part", _without_objects(piece.node), piece.format)
        for piece in pieces
    )


def _without_objects(node: ast.expr) -> str:
    match node:
        case ast.Call(func=ast.Name(id="str"), args=[text], keywords=[]):
            node = text  # a string says so anyway
    code = ast.unparse(node)
    for part in walk(node):
        if is_address(part):
            assert isinstance(part, ast.Call)
            code = code.replace(ast.unparse(part), f"{ast.unparse(part.func)}()")
    return code
