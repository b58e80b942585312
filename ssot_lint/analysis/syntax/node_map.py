"""The node map: from the libcst nodes of an excerpt to the `ast` nodes of the file, and back.

Nodes are paired by what they are part of, never by places: libcst leaves out parentheses, and
before Python 3.12 `ast` does not know what stands where in an f-string.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeAlias

import libcst as cst

from ssot_lint.analysis.syntax.libcst_nodes import Node

# A node, or several where `ast` has none of its own: for a block, or the key and value of a dict.
_Twin: TypeAlias = Any
_Pairs: TypeAlias = Iterable[tuple[cst.CSTNode | None, _Twin]]


class NodeMap:
    """What the nodes of a module are in the tree of the whole file.

    `is_written` tells of the statements of the tree whether the module has them, too; `parent`
    gives the node around one that holds code. Nodes are paired when somebody asks for them.
    """

    def __init__(
        self,
        module: cst.Module,
        tree: ast.Module,
        is_written: Callable[[ast.stmt | ast.expr], bool],
        parent: Callable[[cst.CSTNode], cst.CSTNode | None],
    ) -> None:
        self._module = module
        self._is_written = is_written
        self._parent = parent
        # By `id`, because libcst's nodes have a hash in Python; they live as long as the module.
        self._twins: dict[int, _Twin] = {id(module): tree}
        self._paired: dict[int, list[tuple[cst.CSTNode, _Twin]]] = {}
        """What was found below the nodes that were looked into."""
        self._in_strings: set[int] = set()
        """The nodes in f-strings, and what stands between those."""

    def twin(self, node: cst.CSTNode) -> ast.AST | None:
        """What a node is in the tree.

        A name that binds where the tree has a mere string is what binds it: a definition, an
        alias, an argument. What only holds one other node is the same as that: `Arg`, `Element`.
        None for what the tree has no node for: tokens, parts of a string, lines and blocks of
        statements, names of attributes and keywords.
        """
        twin = self._twin(node)
        return twin if isinstance(twin, ast.AST) else None

    def statements(self, nodes: Iterable[cst.CSTNode]) -> list[ast.stmt]:
        """What lines of statements, compound statements and blocks of these are in the tree."""
        found: list[ast.stmt] = []
        for node in nodes:
            twin = self._twin(node)
            listed = twin if isinstance(twin, list) else [twin]
            found += [item for item in listed if isinstance(item, ast.stmt)]
        return found

    def node_of(self, twin: ast.AST) -> cst.CSTNode | None:
        """The innermost node that is this one in the tree; of what binds a name, not the name.

        None for what the module does not have, or has no node for: the tuple of `a[b, c]`.
        """
        return self._nodes.get(id(twin))

    def known(self, twins: Iterable[ast.AST], *kinds: type[Node]) -> list[Node]:
        """The nodes of some kinds among those that the module has of some of the tree."""
        found = map(self.node_of, twins)
        return [node for node in found if isinstance(node, kinds)]

    def placed_twin(self, node: cst.CSTNode) -> ast.expr | ast.stmt | None:
        """What a node is in the tree, where that surely tells its place."""
        kind = type(node)
        if kind not in _ALIKE:
            return None
        twin = self._twin(node)
        if id(node) in self._in_strings:
            return None
        if isinstance(twin, ast.stmt):
            return twin if kind is not cst.Name else None  # a definition begins before its name
        if not isinstance(twin, ast.expr):
            return None
        is_part = kind is cst.BooleanOperation and self._is_prefix(node)
        return None if is_part else twin

    def _is_prefix(self, node: cst.CSTNode) -> bool:
        """Whether it is no node of its own in the tree: the first two of `a or b or c`."""
        outer = self._parent(node)
        if type(outer) is not cst.BooleanOperation or node is not outer.left:
            return False
        return len(self._twin(outer).values) > 2

    def _twin(self, node: cst.CSTNode) -> _Twin:
        twins = self._twins
        if id(node) in twins:
            return twins[id(node)]
        path: list[cst.CSTNode] = []
        outer: cst.CSTNode | None = node
        while outer is not None and id(outer) not in twins:
            path.append(outer)
            outer = self._parent(outer)
        if outer is None:
            return None  # of another tree
        for inner in reversed(path):
            self._below(outer)
            # Kept for all nodes on the way: the arms of an `elif` lie as deep as it is long.
            twins.setdefault(id(inner), None)
            outer = inner
        return twins[id(node)]

    def _below(self, node: cst.CSTNode) -> Sequence[tuple[cst.CSTNode, _Twin]]:
        """The nodes below one whose twin is known, as far as that says what they are."""
        paired = self._paired.get(id(node))
        if paired is None:
            twin, kind = self._twins[id(node)], type(node)
            if kind in _BLOCKS and twin is not None:
                statements = twin.body if isinstance(twin, ast.Module) else twin
                twin = list(filter(self._is_written, statements))
            step = _STEPS.get(kind) if twin is not None else None
            found = step(node, twin) if step is not None else ()
            paired = [(inner, t) for inner, t in found if inner is not None and t is not None]
            self._paired[id(node)] = paired
            self._twins.update((id(inner), t) for inner, t in paired)
            if kind in _STRINGS or id(node) in self._in_strings:
                self._in_strings.update(id(inner) for inner, _ in paired)
        return paired

    @cached_property
    def _nodes(self) -> Mapping[int, cst.CSTNode]:
        """The node of each twin, by that one's identity."""
        tree = self._twins[id(self._module)]
        found: dict[int, cst.CSTNode] = {id(tree): self._module}
        pending: list[cst.CSTNode] = [self._module]
        while pending:
            for inner, twin in self._below(pending.pop()):
                if type(inner) not in _NAMES or isinstance(twin, ast.expr):
                    found[id(twin)] = inner
                if type(inner) in _STEPS:
                    pending.append(inner)
        return found


def is_written_in(lines: Sequence[str]) -> Callable[[ast.stmt | ast.expr], bool]:
    """Tells of statements whether the row that they begin on is among the lines, not blanked."""

    def is_written(statement: ast.stmt | ast.expr) -> bool:
        return statement.lineno <= len(lines) and bool(lines[statement.lineno - 1].strip())

    return is_written


def _in_block(outer: Any, statements: list[ast.stmt]) -> Iterator[tuple[cst.CSTNode, _Twin]]:
    """The lines of statements and the compound statements; none if it is not the code of both."""
    lines = outer.body
    sizes = [len(line.body) if type(line) is cst.SimpleStatementLine else 1 for line in lines]
    if sum(sizes) != len(statements):
        return
    at = 0
    for line, size in zip(lines, sizes, strict=True):
        is_line = type(line) is cst.SimpleStatementLine
        yield line, statements[at : at + size] if is_line else statements[at]
        at += size


def _in_line(outer: Any, statements: list[ast.stmt]) -> _Pairs:
    if len(outer.body) == len(statements):
        yield from zip(outer.body, statements, strict=True)


def _in_if(outer: cst.If, twin: ast.If) -> _Pairs:
    yield outer.test, twin.test
    yield outer.body, twin.body
    yield outer.orelse, twin.orelse[0] if type(outer.orelse) is cst.If else twin.orelse


def _in_try(outer: Any, twin: Any) -> _Pairs:
    yield outer.body, twin.body
    yield from zip(outer.handlers, twin.handlers, strict=True)
    yield outer.orelse, twin.orelse
    yield outer.finalbody, twin.finalbody


def _in_handler(outer: Any, twin: ast.ExceptHandler) -> _Pairs:
    yield outer.type, twin.type
    yield outer.name, twin
    yield outer.body, twin.body


def _in_with(outer: cst.With, twin: ast.With | ast.AsyncWith) -> _Pairs:
    yield from zip(outer.items, twin.items, strict=True)
    yield outer.body, twin.body


def _in_match(outer: cst.Match, twin: ast.Match) -> _Pairs:
    yield outer.subject, twin.subject
    yield from zip(outer.cases, twin.cases, strict=True)


def _in_function(outer: cst.FunctionDef, twin: ast.FunctionDef) -> _Pairs:
    yield from zip(outer.decorators, twin.decorator_list, strict=True)
    yield outer.name, twin
    yield outer.type_parameters, getattr(twin, "type_params", None)
    yield outer.params, twin.args
    yield outer.returns, twin.returns
    yield outer.body, twin.body


def _in_class(outer: cst.ClassDef, twin: ast.ClassDef) -> _Pairs:
    yield from zip(outer.decorators, twin.decorator_list, strict=True)
    yield outer.name, twin
    yield outer.type_parameters, getattr(twin, "type_params", None)
    yield from _arguments((*outer.bases, *outer.keywords), twin.bases, twin.keywords)
    yield outer.body, twin.body


def _in_parameters(outer: cst.Parameters, twin: ast.arguments) -> _Pairs:
    yield from zip(outer.posonly_params, twin.posonlyargs, strict=True)
    yield from zip(outer.params, twin.args, strict=True)
    yield outer.star_arg if isinstance(outer.star_arg, cst.Param) else None, twin.vararg
    yield from zip(outer.kwonly_params, twin.kwonlyargs, strict=True)
    yield outer.star_kwarg, twin.kwarg
    # What is handed by position has defaults from the right.
    given = [param.default for param in (*outer.posonly_params, *outer.params) if param.default]
    yield from zip(given, twin.defaults, strict=True)
    yield from zip([param.default for param in outer.kwonly_params], twin.kw_defaults, strict=True)


def _in_param(outer: cst.Param, twin: ast.arg) -> _Pairs:
    yield outer.name, twin
    yield outer.annotation, twin.annotation


def _in_type_param(outer: cst.TypeParam, twin: Any) -> _Pairs:
    yield outer.param, twin
    default = getattr(twin, "default_value", None)  # from Python 3.13 on
    yield outer.default, default.value if default and outer.star else default


def _in_type_var(outer: Any, twin: Any) -> _Pairs:
    yield outer.name, twin
    yield getattr(outer, "bound", None), getattr(twin, "bound", None)


def _in_type_alias(outer: cst.TypeAlias, twin: Any) -> _Pairs:
    yield outer.name, twin.name
    yield outer.type_parameters, twin.type_params
    yield outer.value, twin.value


def _in_import(outer: Any, twin: ast.Import | ast.ImportFrom) -> _Pairs:
    if isinstance(outer.names, cst.ImportStar):
        yield outer.names, twin.names[0]
    else:
        yield from zip(outer.names, twin.names, strict=True)


def _in_alias(outer: cst.ImportAlias, twin: ast.alias) -> _Pairs:
    bound: Any = outer.asname or outer.name
    while type(bound) is cst.Attribute:  # `import a.b` binds `a`
        bound = bound.value
    yield bound, twin


def _in_delete(outer: cst.Del, twin: ast.Delete) -> _Pairs:
    # A tuple without parentheses is none to `ast`.
    target = outer.target
    is_bare = isinstance(target, cst.Tuple) and not target.lpar
    yield target, twin.targets if is_bare else twin.targets[0]


def _in_assign(outer: cst.Assign, twin: ast.Assign) -> _Pairs:
    yield from zip(outer.targets, twin.targets, strict=True)
    yield outer.value, twin.value


def _in_call(outer: cst.Call, twin: ast.Call) -> _Pairs:
    yield outer.func, twin.func
    yield from _arguments(outer.args, twin.args, twin.keywords)


def _arguments(args: Sequence[cst.Arg], given: list[ast.expr], named: list[ast.keyword]) -> _Pairs:
    by_position, by_name = iter(given), iter(named)
    for arg in args:
        yield arg, next(by_name if arg.keyword is not None or arg.star == "**" else by_position)


def _in_arg(outer: cst.Arg, twin: _Twin) -> _Pairs:
    yield outer.value, twin.value if outer.star or outer.keyword is not None else twin


def _in_subscript(outer: cst.Subscript, twin: ast.Subscript) -> _Pairs:
    yield outer.value, twin.value
    first = outer.slice[0]
    is_starred = isinstance(first.slice, cst.Index) and first.slice.star is not None
    if len(outer.slice) == 1 and not is_starred and not isinstance(first.comma, cst.Comma):
        yield first, twin.slice
    elif isinstance(twin.slice, ast.Tuple):
        yield from zip(outer.slice, twin.slice.elts, strict=True)


def _in_index(outer: cst.Index, twin: _Twin) -> _Pairs:
    yield outer.value, twin.value if outer.star is not None else twin


def _in_display(outer: Any, twin: _Twin) -> _Pairs:
    return zip(outer.elements, twin if isinstance(twin, list) else twin.elts, strict=True)


def _in_dict(outer: cst.Dict, twin: ast.Dict) -> _Pairs:
    for element, key, value in zip(outer.elements, twin.keys, twin.values, strict=True):
        yield element, value if key is None else (key, value)


def _in_pair(outer: cst.DictElement, twin: _Twin) -> _Pairs:
    yield from zip((outer.key, outer.value), twin, strict=True)


def _in_comprehension(outer: Any, twin: Any) -> _Pairs:
    if isinstance(outer, cst.DictComp):
        yield outer.key, twin.key
        yield outer.value, twin.value
    elif isinstance(outer, cst.StarredDictComp):
        yield outer.value, twin.key
    else:
        yield outer.elt, twin.elt
    clause = outer.for_in  # `ast` has a flat list of them
    for generator in twin.generators:
        yield clause, generator
        clause = clause.inner_for_in


def _in_clause(outer: cst.CompFor, twin: ast.comprehension) -> _Pairs:
    yield outer.target, twin.target
    yield outer.iter, twin.iter
    yield from zip(outer.ifs, twin.ifs, strict=True)


def _in_boolean(outer: cst.BooleanOperation, twin: ast.BoolOp) -> _Pairs:
    yield outer.right, twin.values[-1]
    if len(twin.values) == 2:
        yield outer.left, twin.values[0]
        return
    # `a or b or c` is one node of three to `ast`, `a or b` is one by itself to libcst.
    prefix = ast.copy_location(ast.BoolOp(twin.op, twin.values[:-1]), twin)
    prefix.end_lineno = twin.values[-2].end_lineno
    prefix.end_col_offset = twin.values[-2].end_col_offset
    yield outer.left, prefix


def _in_comparison(outer: cst.Comparison, twin: ast.Compare) -> _Pairs:
    yield outer.left, twin.left
    yield from zip(outer.comparisons, twin.comparators, strict=True)


def _in_string(outer: Any, twin: _Twin) -> _Pairs:
    return zip(_holes(outer.parts), _values(twin), strict=True)


def _in_concatenation(outer: cst.ConcatenatedString, twin: _Twin) -> _Pairs:
    values = _values(twin)
    at = len(_holes(getattr(outer.left, "parts", ())))
    yield outer.left, values[:at]
    yield outer.right, values[at:]


def _in_hole(outer: Any, twin: Any) -> _Pairs:
    yield outer.expression, twin.value
    if twin.format_spec is not None:
        yield from zip(_holes(outer.format_spec), _values(twin.format_spec), strict=True)


def _holes(parts: Sequence[cst.CSTNode]) -> list[cst.CSTNode]:
    """The parts of an f-string that are expressions."""
    return [part for part in parts if type(part) in _HOLES]


def _values(twin: _Twin) -> list[ast.AST]:
    """The expressions of an f-string, which `ast` joins with the strings beside it."""
    if isinstance(twin, list):
        return twin
    found: list[ast.AST] = []
    for value in getattr(twin, "values", ()):
        if isinstance(value, ast.JoinedStr):
            found += _values(value)  # `{x:{y=}}` need not be flat in Python 3.12
        elif not isinstance(value, ast.Constant):
            found.append(value)
    return found


def _in_mapping(outer: cst.MatchMapping, twin: ast.MatchMapping) -> _Pairs:
    yield from zip(outer.elements, zip(twin.keys, twin.patterns, strict=True), strict=True)
    yield outer.rest, twin


def _in_mapping_element(outer: cst.MatchMappingElement, twin: _Twin) -> _Pairs:
    yield from zip((outer.key, outer.pattern), twin, strict=True)


def _in_match_class(outer: cst.MatchClass, twin: ast.MatchClass) -> _Pairs:
    yield outer.cls, twin.cls
    yield from zip(outer.patterns, twin.patterns, strict=True)
    yield from zip(outer.kwds, twin.kwd_patterns, strict=True)


def _in_match_as(outer: cst.MatchAs, twin: ast.MatchAs) -> _Pairs:
    yield outer.pattern, twin.pattern
    yield outer.name, twin


def _zipped(name: str, other: str = "") -> Callable[[Any, Any], _Pairs]:
    """The step for nodes that hold as many others as the twin; without `other`, which is these."""

    def step(outer: Any, twin: _Twin) -> _Pairs:
        return zip(getattr(outer, name), getattr(twin, other) if other else twin, strict=True)

    return step


def _fields(**names: str) -> Callable[[Any, Any], _Pairs]:
    """The step for nodes whose twin has the same fields, some by another name."""

    def step(outer: Any, twin: Any) -> _Pairs:
        for name, other in names.items():
            yield getattr(outer, name), getattr(twin, other)

    return step


def _same(name: str) -> Callable[[Any, _Twin], _Pairs]:
    """The step for nodes that are to `ast` what they hold."""

    def step(outer: Any, twin: _Twin) -> _Pairs:
        yield getattr(outer, name), twin

    return step


_STEPS: Mapping[type[cst.CSTNode], Callable[[Any, Any], _Pairs]] = MappingProxyType(
    {
        # Statements, and what holds these
        cst.Module: _in_block,
        cst.IndentedBlock: _in_block,
        cst.SimpleStatementLine: _in_line,
        cst.SimpleStatementSuite: _in_line,
        cst.Else: _same("body"),
        cst.Finally: _same("body"),
        cst.If: _in_if,
        cst.While: _fields(test="test", body="body", orelse="orelse"),
        cst.For: _fields(target="target", iter="iter", body="body", orelse="orelse"),
        cst.Try: _in_try,
        cst.TryStar: _in_try,
        cst.ExceptHandler: _in_handler,
        cst.ExceptStarHandler: _in_handler,
        cst.With: _in_with,
        cst.WithItem: _fields(item="context_expr", asname="optional_vars"),
        cst.AsName: _same("name"),
        cst.Match: _in_match,
        cst.MatchCase: _fields(pattern="pattern", guard="guard", body="body"),
        cst.FunctionDef: _in_function,
        cst.ClassDef: _in_class,
        cst.Decorator: _same("decorator"),
        cst.TypeParameters: _zipped("params"),
        cst.TypeParam: _in_type_param,
        cst.TypeVar: _in_type_var,
        cst.TypeVarTuple: _in_type_var,
        cst.ParamSpec: _in_type_var,
        cst.TypeAlias: _in_type_alias,
        cst.Import: _in_import,
        cst.ImportFrom: _in_import,
        cst.LazyImport: _in_import,
        cst.LazyImportFrom: _in_import,
        cst.ImportAlias: _in_alias,
        cst.Assign: _in_assign,
        cst.AssignTarget: _same("target"),
        cst.AnnAssign: _fields(target="target", annotation="annotation", value="value"),
        cst.AugAssign: _fields(target="target", value="value"),
        cst.Annotation: _same("annotation"),
        cst.Del: _in_delete,
        cst.Expr: _fields(value="value"),
        cst.Return: _fields(value="value"),
        cst.Raise: _fields(exc="exc", cause="cause"),
        cst.Assert: _fields(test="test", msg="msg"),
        # Expressions
        cst.Call: _in_call,
        cst.Arg: _in_arg,
        cst.Attribute: _fields(value="value"),
        cst.Subscript: _in_subscript,
        cst.SubscriptElement: _same("slice"),
        cst.Index: _in_index,
        cst.Slice: _fields(lower="lower", upper="upper", step="step"),
        cst.Await: _fields(expression="value"),
        cst.Yield: _fields(value="value"),
        cst.From: _same("item"),
        cst.Lambda: _fields(params="args", body="body"),
        cst.Parameters: _in_parameters,
        cst.Param: _in_param,
        cst.ListComp: _in_comprehension,
        cst.SetComp: _in_comprehension,
        cst.DictComp: _in_comprehension,
        cst.StarredDictComp: _in_comprehension,
        cst.GeneratorExp: _in_comprehension,
        cst.CompFor: _in_clause,
        cst.CompIf: _same("test"),
        cst.NamedExpr: _fields(target="target", value="value"),
        cst.IfExp: _fields(test="test", body="body", orelse="orelse"),
        cst.UnaryOperation: _fields(expression="operand"),
        cst.BinaryOperation: _fields(left="left", right="right"),
        cst.BooleanOperation: _in_boolean,
        cst.Comparison: _in_comparison,
        cst.ComparisonTarget: _same("comparator"),
        cst.Dict: _in_dict,
        cst.DictElement: _in_pair,
        cst.StarredDictElement: _same("value"),
        cst.List: _in_display,
        cst.Tuple: _in_display,
        cst.Set: _in_display,
        cst.Element: _same("value"),
        cst.StarredElement: _fields(value="value"),
        cst.ConcatenatedString: _in_concatenation,
        cst.FormattedString: _in_string,
        cst.FormattedStringExpression: _in_hole,
        cst.TemplatedString: _in_string,
        cst.TemplatedStringExpression: _in_hole,
        # Patterns
        cst.MatchValue: _fields(value="value"),
        cst.MatchSingleton: _same("value"),
        cst.MatchList: _zipped("patterns", "patterns"),
        cst.MatchTuple: _zipped("patterns", "patterns"),
        cst.MatchSequenceElement: _same("value"),
        cst.MatchStar: _same("name"),
        cst.MatchMapping: _in_mapping,
        cst.MatchMappingElement: _in_mapping_element,
        cst.MatchClass: _in_match_class,
        cst.MatchKeywordElement: _same("pattern"),
        cst.MatchAs: _in_match_as,
        cst.MatchOr: _zipped("patterns", "patterns"),
        cst.MatchOrElement: _same("pattern"),
    }
)
"""For each kind of node, its parts and their twins; what is missing in one may be None in both."""

_BLOCKS = frozenset({cst.IndentedBlock, cst.Module, cst.SimpleStatementSuite})
_STRINGS = frozenset({cst.ConcatenatedString, cst.FormattedString, cst.TemplatedString})
_HOLES = frozenset({cst.FormattedStringExpression, cst.TemplatedStringExpression})
# What has the twin of what it names, where that is no expression.
_NAMES = frozenset({cst.AsName, cst.Name})
# What stands where its twin does: names and what is around them, literals, statements that hold
# no others.
_ALIKE = frozenset({
    cst.AnnAssign, cst.Assign, cst.Attribute, cst.AugAssign, cst.Await, cst.BinaryOperation,
    cst.BooleanOperation, cst.Call, cst.Dict, cst.Expr, cst.FormattedString, cst.IfExp,
    cst.Integer, cst.List, cst.Name, cst.NamedExpr, cst.Return, cst.Set, cst.SimpleString,
    cst.Subscript,
})  # fmt: skip
