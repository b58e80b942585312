"""What annotations of the generator take and give, and what its functions return without any."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ssot_lint.analysis.syntax.parsing import Function, names_bound, own_nodes
from ssot_lint.ids.generator.source import (
    Class,
    Module,
    Modules,
    imported_name,
    last_name,
    own_statements,
    plain_name,
)

# Aliases lead to others, and functions to others, so far.
_HOPS = 12
_TYPING = ("typing", "typing_extensions")
_ANYTHING = frozenset({"Any", "object"})
_TUPLES = frozenset({"tuple", "Tuple"})
_SAME_EACH_TIME = frozenset({"cache", "lru_cache", "cached", "memoize"})
# What gives a text whatever it is called on, and what does where it is called on one.
_GIVING_TEXT = frozenset({"decode", "hex", "hexdigest", "isoformat", "strftime"})
_KEEPING_TEXT = frozenset({
    "capitalize", "casefold", "center", "expandtabs", "format", "format_map", "join", "ljust",
    "lower", "lstrip", "removeprefix", "removesuffix", "replace", "rjust", "rstrip", "strip",
    "swapcase", "title", "translate", "upper", "zfill",
})  # fmt: skip
_FUNCTIONS_OF_TEXT = frozenset({
    "ascii", "bin", "chr", "format", "hex", "oct", "repr", "str", "secrets.token_hex",
    "secrets.token_urlsafe", "time.strftime",
})  # fmt: skip
_UUIDS = frozenset(f"uuid.{name}" for name in ("UUID", *(f"uuid{n}" for n in range(1, 9))))


@dataclass(frozen=True, slots=True)
class AnnotatedType:
    """What is known of an annotation: which texts may be handed over, and whether all is text."""

    takes_any: bool = False
    """Whether it takes any text."""
    texts: tuple[str, ...] = ()
    """The texts that it takes, where it does not take any."""
    is_text: bool = False
    """Whether each of its values is a text."""
    is_anything: bool = False
    """Whether it says nothing."""
    items: tuple[bool, ...] | None = None
    """For a tuple, of each of its items whether it is a text; one with `...` has one."""


_TEXT = AnnotatedType(takes_any=True, is_text=True)
_UNKNOWN = AnnotatedType()
_OPEN = AnnotatedType(takes_any=True, is_anything=True)


class Types:
    """Reads annotations. What is not known takes no text and gives none."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules

    def of(self, node: ast.expr | None, module: Module, hops: int = _HOPS) -> AnnotatedType:
        """What an annotation in a module says."""
        if node is None:
            return _OPEN
        if hops == 0:
            return _UNKNOWN
        match node:
            case ast.Constant(value=None):
                return _UNKNOWN
            case ast.Constant(value=str() as text):
                try:
                    quoted = ast.parse(text.strip(), mode="eval").body
                except (SyntaxError, ValueError, RecursionError, MemoryError):
                    return _UNKNOWN
                return self.of(quoted, module, hops - 1)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return self._union([left, right], module, hops)
            case ast.Subscript(value=value, slice=inner):
                return self._subscript(value, inner, module, hops)
            case ast.Name() | ast.Attribute():
                return self._named(node, module, hops)
        return _UNKNOWN

    def _union(self, nodes: Sequence[ast.expr], module: Module, hops: int) -> AnnotatedType:
        types = [self.of(node, module, hops - 1) for node in nodes]
        return AnnotatedType(
            takes_any=any(one.takes_any for one in types),
            texts=tuple(text for one in types for text in one.texts),
            is_text=all(one.is_text for one in types),
            is_anything=any(one.is_anything for one in types),
        )

    def _subscript(
        self, value: ast.expr, inner: ast.expr, module: Module, hops: int
    ) -> AnnotatedType:
        items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        match self._name(value, module):
            case "Optional":
                return replace(self.of(inner, module, hops - 1), is_text=False, items=None)
            case "Union":
                return self._union(items, module, hops)
            case "Annotated" | "ReadOnly" if items:
                return self.of(items[0], module, hops - 1)
            case "Literal":
                return self._literal(items)
            case name if name in _TUPLES:
                items = [item for item in items if not _is_ellipsis(item)]
                return AnnotatedType(
                    items=tuple(self.of(i, module, hops - 1).is_text for i in items)
                )
        return _UNKNOWN

    def _literal(self, items: Sequence[ast.expr]) -> AnnotatedType:
        values = [item.value if isinstance(item, ast.Constant) else None for item in items]
        texts = tuple(value for value in values if isinstance(value, str))
        return AnnotatedType(texts=texts, is_text=len(texts) == len(values))

    def _name(self, node: ast.expr, module: Module) -> str:
        """The name of something of `typing` or of the built-ins; empty for anything else."""
        name = plain_name(node)
        first, _, rest = name.partition(".")
        origin = imported_name(module, first)
        full = f"{origin}.{rest}" if origin and rest else origin or name
        owner, _, last = full.rpartition(".")
        if owner in (*_TYPING, "builtins"):
            return last
        is_own = origin or self._modules.find(module, first) is not None
        return "" if is_own or rest else name

    def _named(self, node: ast.Name | ast.Attribute, module: Module, hops: int) -> AnnotatedType:
        match self._name(node, module):
            case "str" | "Text":
                return _TEXT
            case name if name in _ANYTHING:
                return _OPEN
        found = self._find(plain_name(node), module)
        if found is None:
            return _UNKNOWN
        bound, owner = found
        match bound:
            case ast.ClassDef(bases=[base], keywords=[]):
                # A text of its own kind: it is one, and another text is none of it.
                return AnnotatedType(is_text=self.of(base, owner, hops - 1).is_text)
            case ast.Call(func=func, args=[_, base]) if self._name(func, owner) == "NewType":
                return self.of(base, owner, hops - 1)
            case ast.expr():
                return self.of(bound, owner, hops - 1)
        return _UNKNOWN

    def _find(self, name: str, module: Module) -> tuple[ast.AST, Module] | None:
        """What a name, or one of an imported module, stands for."""
        first, _, rest = name.partition(".")
        if not rest:
            return self._modules.find(module, name)
        owner, _, last = f"{imported_name(module, first)}.{rest}".rpartition(".")
        if not owner or not self._modules.has(owner):
            return None
        other = self._modules.module(owner)
        return self._modules.find(other, last) if other is not None else None


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


@dataclass(frozen=True)
class Owner:
    """The class that functions belong to: what `self` and `cls` offer."""

    found: Class
    functions: Mapping[str, Function]


class Results:
    """Proves that functions return texts: by their annotation, else by what they return."""

    def __init__(self, modules: Modules, types: Types, owner: Owner) -> None:
        self._modules = modules
        self._types = types
        self._owner = owner
        self._asked: list[ast.AST] = []

    def doubt(self, function: Function, module: Module, *, several: bool = False) -> str:
        """Why what a method returns may be no text, or no tuple of `several`; empty when it is.

        The end of a sentence that begins with the method's name; `module` is where it is defined.
        """
        kept = _SAME_EACH_TIME & set(map(last_name, function.decorator_list))
        if kept:
            return f"is decorated with `{min(kept)}`, which gives the same id again"
        if "abstractmethod" in map(last_name, function.decorator_list):
            return "is abstract"
        if _only_raises(function.body):
            return "only raises an error"
        if any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in own_nodes(function.body)):
            return "is a generator function"
        type_ = self._types.of(function.returns, module)
        wanted = "a tuple of `str`" if several else "a `str`"
        if not type_.is_anything:
            is_proven = _all_texts(type_) if several else type_.is_text
            shown = ast.unparse(function.returns) if function.returns is not None else ""
            return "" if is_proven else f"returns `{shown.strip(chr(39))}`, not {wanted}"
        prover = _Prover(self, function, module)
        if prover.returns_texts() if several else prover.returns_text():
            return ""
        return f"has no annotation that says it returns {wanted}, nor does its source show it"

    def gives_text(self, name: str, module: Module) -> bool:
        """Whether a call of a function, known by its dotted name, gives a text."""
        first, _, rest = name.partition(".")
        found = self._owner.found
        if rest and "." not in rest and first in ("self", "cls", found.node.name):
            function: ast.AST | None = self._owner.functions.get(rest)
            owner = found.module
        else:
            known = self._modules.find(module, name) if not rest else None
            function, owner = known if known is not None else (None, module)
        if isinstance(function, ast.AsyncFunctionDef):
            return False
        if isinstance(function, ast.FunctionDef):
            return self._function_gives_text(function, owner)
        return False

    def _function_gives_text(self, function: ast.FunctionDef, module: Module) -> bool:
        if function in self._asked or len(self._asked) > _HOPS:
            return False
        type_ = self._types.of(function.returns, module)
        if not type_.is_anything:
            return type_.is_text
        self._asked.append(function)
        try:
            return _Prover(self, function, module).returns_text()
        finally:
            self._asked.pop()

    def annotated(self, node: ast.expr | None, module: Module) -> bool:
        """Whether an annotation says that a value is a text."""
        return self._types.of(node, module).is_text

    def constant_is_text(self, name: str, module: Module) -> bool:
        """Whether a name of the module, or of the class, stands for one literal text."""
        first, _, rest = name.partition(".")
        node = self._owner.found.node
        if rest and first in ("self", "cls", node.name):
            values = [
                statement.value
                for statement in own_statements(node.body)
                if rest in names_bound(statement)
                and isinstance(statement, (ast.Assign, ast.AnnAssign))
            ]
            return len(values) == 1 and _is_literal(values[0])
        found = self._modules.find(module, name) if not rest else None
        return found is not None and _is_literal(found[0])


def _only_raises(body: Sequence[ast.stmt]) -> bool:
    """Whether nothing but a docstring stands in front of a `raise`."""
    rest = [one for one in body if not (isinstance(one, ast.Expr) and _is_literal(one.value))]
    return bool(rest) and isinstance(rest[0], ast.Raise)


def _is_literal(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _all_texts(type_: AnnotatedType) -> bool:
    return bool(type_.items) and all(type_.items or ())


class _Prover:
    """Looks at the values of one function's own code."""

    def __init__(self, results: Results, function: Function, module: Module) -> None:
        self._results = results
        self._function = function
        self._module = module
        self._pending: set[str] = set()
        self._nodes = list(own_nodes(function.body))

    def returns_text(self) -> bool:
        return all(map(self._is_text, self._returned()))

    def returns_texts(self) -> bool:
        return all(
            isinstance(value, ast.Tuple) and all(map(self._is_text, value.elts))
            for value in self._returned()
        )

    def _returned(self) -> list[ast.expr]:
        """What the function returns; an ellipsis, which is no text, where it may be nothing."""
        nothing = ast.Constant(...)
        values = [n.value or nothing for n in self._nodes if isinstance(n, ast.Return)]
        return values if values and _ends(self._function.body) else [*values, nothing]

    def _is_text(self, node: ast.expr) -> bool:
        match node:
            case ast.Constant(value=str()) | ast.JoinedStr():
                return True
            case ast.Name(id=name):
                return self._name_is_text(name)
            case ast.Attribute(value=value, attr="hex"):
                return isinstance(value, ast.Call) and self._dotted(value.func) in _UUIDS
            case ast.Attribute():
                return self._results.constant_is_text(plain_name(node), self._module)
            case ast.BinOp(left=left, op=ast.Add() | ast.Mult(), right=right):
                return self._is_text(left) or self._is_text(right)
            case ast.BinOp(left=left, op=ast.Mod()):
                return self._is_text(left)
            case ast.IfExp(body=body, orelse=orelse):
                return self._is_text(body) and self._is_text(orelse)
            case ast.BoolOp(values=values):
                return all(map(self._is_text, values))
            case ast.NamedExpr(value=value) | ast.Subscript(value=value):
                return self._is_text(value)
            case ast.Call():
                return self._call_is_text(node)
        return False

    def _call_is_text(self, node: ast.Call) -> bool:
        name = self._dotted(node.func)
        if name in _FUNCTIONS_OF_TEXT:
            return True
        written = plain_name(node.func)
        if written and self._results.gives_text(written, self._module):
            return True
        match node.func:
            case ast.Attribute(value=value, attr=method):
                return method in _GIVING_TEXT or (method in _KEEPING_TEXT and self._is_text(value))
        return False

    def _dotted(self, node: ast.expr) -> str:
        """The full name of what an import or the built-ins bring; empty for own names."""
        name = plain_name(node)
        first, _, rest = name.partition(".")
        if not first or first in self._bound():
            return ""
        for inner in self._nodes:
            if isinstance(inner, (ast.Import, ast.ImportFrom)) and first in names_bound(inner):
                inside = Module("", "", ast.Module([inner], []), False)
                origin = imported_name(inside, first)
                return f"{origin}.{rest}" if rest else origin
        origin = imported_name(self._module, first)
        if not origin and self._is_own(first):
            return ""
        return ".".join(part for part in (origin or first, rest) if part)

    def _is_own(self, name: str) -> bool:
        return any(name in names_bound(n) for n in self._module.statements)

    def _bound(self) -> set[str]:
        """The names that the function takes and gives values."""
        args = self._function.args
        taken = {arg.arg for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs)}
        stored = {
            n.id for n in self._nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
        return taken | stored

    def _name_is_text(self, name: str) -> bool:
        if name in self._pending:
            return True  # of itself it is one if all else that it is given is
        if name not in self._bound():
            inside = any(name in names_bound(n) for n in self._function.body)
            return not inside and self._results.constant_is_text(name, self._module)
        self._pending.add(name)
        try:
            return all(self._values_are_texts(name))
        finally:
            self._pending.discard(name)

    def _values_are_texts(self, name: str) -> Iterator[bool]:
        """Of each way in which the name gets a value, whether that is a text."""
        args = self._function.args
        for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg):
            if arg is not None and arg.arg == name:
                single = arg is not args.vararg and arg is not args.kwarg
                yield single and self._results.annotated(arg.annotation, self._module)
        for node in self._nodes:
            match node:
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        if isinstance(target, ast.Name):
                            yield target.id != name or self._is_text(value)
                        elif _stores(target, name):
                            yield False
                case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value):
                    if target == name:
                        yield self._is_text(value)
                case ast.AugAssign(target=ast.Name(id=target), op=operator):
                    yield target != name or isinstance(operator, (ast.Add, ast.Mult, ast.Mod))
                case ast.NamedExpr(target=ast.Name(id=target), value=value):
                    yield target != name or self._is_text(value)
                case ast.For() | ast.AsyncFor() | ast.comprehension():
                    yield not _stores(node.target, name)
                case ast.withitem(optional_vars=ast.expr() as target):
                    yield not _stores(target, name)
                case ast.ExceptHandler(name=caught):
                    yield caught != name
                case ast.Global(names=names) | ast.Nonlocal(names=names):
                    yield name not in names
                case ast.MatchAs(name=caught) | ast.MatchStar(name=caught):
                    yield caught != name
                case ast.Import() | ast.ImportFrom():
                    yield name not in names_bound(node)
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                    yield node.name != name


def _stores(target: ast.expr, name: str) -> bool:
    return any(
        isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store)
        for n in ast.walk(target)
    )


def _ends(body: Sequence[ast.stmt]) -> bool:
    """Whether the end of a body is never reached."""
    match body[-1] if body else None:
        case ast.Return() | ast.Raise():
            return True
        case ast.If(body=one, orelse=other):
            return _ends(one) and _ends(other)
        case ast.With(body=inner):
            return _ends(inner)
        case ast.Try(body=inner, handlers=handlers, orelse=orelse, finalbody=final):
            if _ends(final):
                return True
            return _ends([*inner, *orelse]) and all(_ends(handler.body) for handler in handlers)
        case ast.While(test=ast.Constant(value=True)):
            return True
    return False
