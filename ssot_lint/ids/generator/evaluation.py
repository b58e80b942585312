"""Works out what small functions give, from their source: a few kinds of values and statements.

Nothing of what is read is run by Python itself. What is not listed here cannot be worked out, and
neither can what takes many steps or makes large values.
"""

from __future__ import annotations

import ast
import operator
import re
import string
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from ssot_lint.analysis.semantics.classes import DATACLASS, NAMED_TUPLE, maker_of
from ssot_lint.analysis.syntax.parsing import Function, own_nodes
from ssot_lint.ids.generator.source import (
    Bound,
    Class,
    Module,
    Modules,
    imported_name,
    last_name,
    own_statements,
    plain_name,
)

_STEPS = 5_000
_DEPTH = 20
_SIZE = 2_000
_DIGITS = 60

External = Callable[..., Any]

_TEXT_METHODS = frozenset({
    "count", "endswith", "find", "format", "index", "isalnum", "isalpha", "isascii", "isdecimal",
    "isdigit", "islower", "isnumeric", "isspace", "isupper", "join", "lower", "lstrip",
    "partition", "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rpartition",
    "rsplit", "rstrip", "split", "startswith", "strip", "upper", "zfill",
})  # fmt: skip
_METHODS: Mapping[type, frozenset[str]] = {
    str: _TEXT_METHODS,
    list: frozenset({"append", "count", "extend", "index", "pop"}),
    tuple: frozenset({"count", "index"}),
    dict: frozenset({"get", "items", "keys", "values"}),
    bytes: frozenset({"hex"}),
    uuid.UUID: frozenset({"hex"}),
    datetime: frozenset({"isoformat", "strftime", "timestamp"}),
}
_BUILTINS: Mapping[str, External] = {
    "abs": abs, "all": all, "any": any, "bool": bool, "dict": dict, "enumerate": enumerate,
    "float": float, "format": format, "hex": hex, "int": int, "len": len, "list": list,
    "max": max, "min": min, "next": next, "range": range, "reversed": reversed, "round": round,
    "set": set, "sorted": sorted, "str": str, "sum": sum, "tuple": tuple, "zip": zip,
    "frozenset": frozenset,
}  # fmt: skip
_TYPES: Mapping[str, type] = {
    "str": str, "int": int, "float": float, "bool": bool, "list": list, "tuple": tuple,
    "dict": dict, "bytes": bytes,
}  # fmt: skip
_ERRORS: Mapping[str, type[Exception]] = {
    "ValueError": ValueError, "IndexError": IndexError, "KeyError": KeyError,
    "TypeError": TypeError, "LookupError": LookupError, "Exception": Exception,
}  # fmt: skip
RAISED = (ValueError, IndexError, KeyError, TypeError)
_OPERATORS: Mapping[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Mod: operator.mod,
    ast.FloorDiv: operator.floordiv, ast.Div: operator.truediv, ast.Eq: operator.eq,
    ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge, ast.Is: operator.is_, ast.IsNot: operator.is_not,
    ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b,
}  # fmt: skip
_CONSTANTS: Mapping[str, Any] = {
    "datetime.timezone.utc": timezone.utc, "datetime.UTC": timezone.utc,
    "string.ascii_letters": string.ascii_letters, "string.digits": string.digits,
    "string.ascii_lowercase": string.ascii_lowercase, "string.hexdigits": string.hexdigits,
    "string.ascii_uppercase": string.ascii_uppercase,
}  # fmt: skip
# A template that asks for many digits, by itself or by what it is handed, or looks into that.
_RISKY_TEMPLATE = re.compile(r"\d{3}|\*|\{\w*[.\[]|\{\w*(?:!\w)?:[^{}]*\{")


class UnknownError(Exception):
    """What a function gives cannot be worked out; the text says why, behind its name."""


class _ReturnedError(Exception):
    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class _LoopError(Exception):
    """`break`, or `continue`."""

    def __init__(self, *, is_over: bool) -> None:
        super().__init__()
        self.is_over = is_over


@dataclass(frozen=True)
class _Dotted:
    """Something of a module that is not read: `time.time`."""

    name: str


@dataclass(frozen=True)
class _ClassRef:
    found: Class
    functions: Mapping[str, Function]


@dataclass(frozen=True)
class _Callee:
    """A function of the source, and what it is bound to."""

    function: Function
    module: Module
    owner: _ClassRef | None = None
    itself: Any = None


@dataclass
class _Instance:
    """An object of a data class of the source."""

    fields: dict[str, Any]
    owner: _ClassRef


@dataclass
class _Frame:
    module: Module
    owner: _ClassRef | None
    names: dict[str, Any] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)
    """The names that `global` tells."""


class Evaluator:
    """Calls functions of a class and of its module.

    `externals` are the functions of other modules that may be called, by their dotted names.
    `counter` is what numbers that functions change begin with; without it, there may be none.
    `forbidden` tells why a function must not be entered; empty where it may.
    """

    def __init__(
        self,
        modules: Modules,
        found: Class,
        functions: Mapping[str, Function],
        *,
        externals: Mapping[str, External],
        counter: int | None = None,
        forbidden: Callable[[Function, Module], str] = lambda function, module: "",
    ) -> None:
        self._modules = modules
        self._class = _ClassRef(found, functions)
        self._externals = externals
        self._counter = counter
        self._forbidden = forbidden
        self._steps = 0
        self._depth = 0
        self._state: dict[tuple[str, str], Any] = {}

    def call(self, name: str, *args: Any) -> Any:
        """What a method of the class gives.

        Raises UnknownError, and what the method raises: ValueError, IndexError and the like.
        """
        self._steps = 0
        method = self._class.functions.get(name)
        if method is None:
            raise UnknownError("is not in its source")
        try:
            return self._enter(self._bound(method, self._class), list(args), {})
        except (UnknownError, *RAISED):
            raise
        except Exception:  # whatever else may come of what somebody wrote
            raise UnknownError("does more than can be read") from None

    # Functions

    def _bound(self, function: Function, owner: _ClassRef, itself: Any = None) -> _Callee:
        kinds = set(map(last_name, function.decorator_list))
        if kinds - {"staticmethod", "classmethod", "cache", "lru_cache"}:
            raise UnknownError(f"calls `{function.name}`, which is decorated")
        module = owner.found.module
        if "staticmethod" in kinds:
            return _Callee(function, module, owner)
        if "classmethod" in kinds:
            return _Callee(function, module, owner, owner)
        if itself is None:
            raise UnknownError(f"calls `{function.name}` of an instance")
        return _Callee(function, module, owner, itself)

    def _enter(self, callee: _Callee, args: list[Any], keywords: dict[str, Any]) -> Any:
        function = callee.function
        if isinstance(function, ast.AsyncFunctionDef):
            raise UnknownError("waits for something")
        reason = self._forbidden(function, callee.module)
        if reason:
            raise UnknownError(reason)
        if _is_stub(function):
            raise UnknownError("is not written out in its source")
        if self._depth >= _DEPTH:
            raise UnknownError("calls too many functions")
        bound = [callee.itself, *args] if callee.itself is not None else args
        frame = _Frame(callee.module, callee.owner, self._arguments(callee, bound, keywords))
        self._depth += 1
        try:
            self._run(function.body, frame)
        except _ReturnedError as returned:
            return returned.value
        finally:
            self._depth -= 1
        return None

    def _arguments(
        self, callee: _Callee, args: list[Any], keywords: dict[str, Any]
    ) -> dict[str, Any]:
        given = callee.function.args
        if given.vararg or given.kwarg:
            raise UnknownError("takes any arguments")
        positional = [*given.posonlyargs, *given.args]
        if len(args) > len(positional):
            raise TypeError
        names = {arg.arg: value for arg, value in zip(positional, args, strict=False)}
        names |= keywords
        frame = _Frame(callee.module, callee.owner)
        defaults = dict(zip(reversed(positional), reversed(given.defaults), strict=False))
        defaults |= {
            arg: default
            for arg, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)
            if default is not None
        }
        for arg in (*positional, *given.kwonlyargs):
            if arg.arg not in names:
                if arg not in defaults:
                    raise TypeError
                names[arg.arg] = self._value(defaults[arg], frame)
        if len(names) != len(positional) + len(given.kwonlyargs):
            raise TypeError
        return names

    # Statements

    def _run(self, body: Sequence[ast.stmt], frame: _Frame) -> None:
        for node in body:
            self._step()
            self._statement(node, frame)

    def _step(self) -> None:
        self._steps += 1
        if self._steps > _STEPS:
            raise UnknownError("takes too many steps")

    def _statement(self, node: ast.stmt, frame: _Frame) -> None:
        match node:
            case ast.Return(value=value):
                raise _ReturnedError(self._value(value, frame) if value is not None else None)
            case ast.Expr(value=value):
                self._value(value, frame)
            case ast.Assign(targets=targets, value=value):
                result = self._value(value, frame)
                for target in targets:
                    self._assign(target, result, frame)
            case ast.AnnAssign(target=target, value=value):
                if value is not None:
                    self._assign(target, self._value(value, frame), frame)
            case ast.AugAssign(target=target, op=op, value=value):
                loaded = ast.parse(ast.unparse(target), mode="eval").body
                result = self._operate(op, self._value(loaded, frame), self._value(value, frame))
                self._assign(target, result, frame)
            case ast.If(test=test, body=body, orelse=orelse):
                self._run(body if self._value(test, frame) else orelse, frame)
            case ast.For():
                self._loop(node, self._each(node, frame), frame)
            case ast.While(test=test):
                self._loop(node, iter(lambda: bool(self._value(test, frame)), False), frame)
            case ast.Try():
                self._try(node, frame)
            case ast.With(items=items, body=body) if self._counter is not None:
                if any(item.optional_vars is not None for item in items):
                    raise UnknownError("opens something")
                self._run(body, frame)  # a lock
            case ast.Global(names=names):
                frame.shared.update(names)
            case ast.Raise(exc=exception):
                raise self._raised(exception)
            case ast.Import() | ast.ImportFrom():
                self._import(node, frame)
            case ast.Break() | ast.Continue():
                raise _LoopError(is_over=isinstance(node, ast.Break))
            case ast.Pass():
                pass
            case _:
                raise UnknownError("does more than can be read")

    def _each(self, node: ast.For, frame: _Frame) -> Iterator[bool]:
        for item in self._items(self._value(node.iter, frame)):
            self._assign(node.target, item, frame)
            yield True

    def _loop(self, node: ast.For | ast.While, rounds: Iterator[bool], frame: _Frame) -> None:
        for _ in rounds:
            self._step()
            try:
                self._run(node.body, frame)
            except _LoopError as jump:
                if jump.is_over:
                    return
        self._run(node.orelse, frame)

    def _try(self, node: ast.Try, frame: _Frame) -> None:
        try:
            try:
                self._run(node.body, frame)
            except RAISED as error:
                handler = next((h for h in node.handlers if self._catches(h, error)), None)
                if handler is None or handler.name is not None:
                    raise
                self._run(handler.body, frame)
            else:
                self._run(node.orelse, frame)
        finally:
            self._run(node.finalbody, frame)

    def _catches(self, handler: ast.ExceptHandler, error: Exception) -> bool:
        kinds = handler.type
        if kinds is None:
            return True
        listed = kinds.elts if isinstance(kinds, ast.Tuple) else [kinds]
        return any(isinstance(error, _ERRORS.get(plain_name(one), ())) for one in listed)

    def _raised(self, node: ast.expr | None) -> Exception:
        name = plain_name(node.func if isinstance(node, ast.Call) else node) if node else ""
        if name not in _ERRORS:
            raise UnknownError(f"raises `{name}`" if name else "raises something")
        return _ERRORS[name]()

    def _import(self, node: ast.Import | ast.ImportFrom, frame: _Frame) -> None:
        inside = Module(frame.module.name, "", ast.Module([node], []), frame.module.is_package)
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            frame.names[name] = _Dotted(imported_name(inside, name))

    def _assign(self, target: ast.expr, value: Any, frame: _Frame) -> None:
        match target:
            case ast.Name(id=name):
                if name in frame.shared:
                    self._change((frame.module.name, name), value)
                else:
                    frame.names[name] = value
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                self._unpack(targets, list(self._items(value)), frame)
            case ast.Attribute(value=owner, attr=name):
                holder = self._value(owner, frame)
                if not isinstance(holder, _ClassRef):
                    raise UnknownError("changes an object")
                self._change((f"{holder.found.module.name}.{holder.found.node.name}", name), value)
            case _:
                raise UnknownError("changes an object")

    def _unpack(self, targets: Sequence[ast.expr], values: list[Any], frame: _Frame) -> None:
        stars = [i for i, target in enumerate(targets) if isinstance(target, ast.Starred)]
        if not stars:
            if len(targets) != len(values):
                raise ValueError
            for target, value in zip(targets, values, strict=True):
                self._assign(target, value, frame)
            return
        at, behind = stars[0], len(targets) - stars[0] - 1
        if len(values) < len(targets) - 1:
            raise ValueError
        end = len(values) - behind
        starred = targets[at]
        assert isinstance(starred, ast.Starred)
        self._assign(starred.value, values[at:end], frame)
        others = [*zip(targets[:at], values[:at], strict=True)]
        others += zip(targets[at + 1 :], values[end:], strict=True)
        for target, value in others:
            self._assign(target, value, frame)

    def _change(self, key: tuple[str, str], value: Any) -> None:
        if self._counter is None:
            raise UnknownError("changes something for later calls")
        self._state[key] = value

    # Expressions

    def _value(self, node: ast.expr, frame: _Frame) -> Any:
        self._step()
        result = self._evaluated(node, frame)
        if _is_large(result):
            raise UnknownError("makes large values")
        if type(result) is int and abs(result) >= 10**_DIGITS:
            raise UnknownError("makes large values")
        return result

    def _evaluated(self, node: ast.expr, frame: _Frame) -> Any:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return self._name(name, frame)
            case ast.Attribute(value=value, attr=name):
                return self._attribute(self._value(value, frame), name)
            case ast.Call():
                return self._call(node, frame)
            case ast.JoinedStr(values=values):
                return "".join(self._piece(part, frame) for part in values)
            case ast.BinOp(left=left, op=op, right=right):
                return self._operate(op, self._value(left, frame), self._value(right, frame))
            case ast.BoolOp(op=op, values=values):
                result: Any = None
                for value in values:
                    result = self._value(value, frame)
                    if bool(result) is isinstance(op, ast.Or):
                        break
                return result
            case ast.UnaryOp(op=op, operand=operand):
                return self._unary(op, self._value(operand, frame))
            case ast.Compare():
                return self._compare(node, frame)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self._value(body if self._value(test, frame) else orelse, frame)
            case ast.NamedExpr(target=target, value=value):
                result = self._value(value, frame)
                self._assign(target, result, frame)
                return result
            case ast.Tuple(elts=elements):
                return tuple(self._value(one, frame) for one in elements)
            case ast.List(elts=elements):
                return [self._value(one, frame) for one in elements]
            case ast.Set(elts=elements):
                return {self._value(one, frame) for one in elements}
            case ast.Dict(keys=keys, values=values) if None not in keys:
                pairs = zip(keys, values, strict=True)
                return {self._value(k, frame): self._value(v, frame) for k, v in pairs if k}
            case ast.Subscript(value=value, slice=index):
                return self._subscript(self._value(value, frame), self._value(index, frame))
            case ast.Slice(lower=lower, upper=upper, step=step):
                bounds = (self._value(b, frame) if b else None for b in (lower, upper, step))
                return slice(*bounds)
            case (
                ast.GeneratorExp(elt=element, generators=loops)
                | ast.ListComp(elt=element, generators=loops)
            ):
                return list(self._comprehended(element, loops, frame))
            case ast.SetComp(elt=element, generators=loops):
                return set(self._comprehended(element, loops, frame))
        raise UnknownError("does more than can be read")

    def _comprehended(
        self, element: ast.expr, loops: Sequence[ast.comprehension], frame: _Frame
    ) -> Iterator[Any]:
        if not loops:
            yield self._value(element, frame)
            return
        first, *rest = loops
        inside = _Frame(frame.module, frame.owner, dict(frame.names), frame.shared)
        for item in self._items(self._value(first.iter, frame)):
            self._assign(first.target, item, inside)
            if all(self._value(test, inside) for test in first.ifs):
                yield from self._comprehended(element, rest, inside)

    def _items(self, value: Any) -> list[Any]:
        if isinstance(value, range) and len(value) > _SIZE:
            raise UnknownError("takes too many steps")
        if isinstance(value, (set, frozenset)):
            return sorted(value, key=repr)
        if isinstance(value, (_Dotted, _ClassRef, _Callee, _Instance, uuid.UUID, datetime)):
            raise UnknownError("does more than can be read")
        return list(value)

    def _unary(self, op: ast.unaryop, value: Any) -> Any:
        match op:
            case ast.Not():
                return not value
            case ast.USub() if isinstance(value, (int, float)):
                return -value
        raise UnknownError("does more than can be read")

    def _operate(self, op: ast.AST, left: Any, right: Any) -> Any:
        known = _OPERATORS.get(type(op))
        if known is None:
            raise UnknownError("does more than can be read")
        if isinstance(op, ast.Mod) and isinstance(left, (str, bytes)):
            self._expect_plain(str(left))
        if isinstance(op, ast.Mult):
            for one, other in ((left, right), (right, left)):
                is_large = isinstance(one, int) and one * len(_sized(other)) > _SIZE
                if is_large:
                    raise UnknownError("makes large values")
        return known(left, right)

    def _compare(self, node: ast.Compare, frame: _Frame) -> bool:
        left = self._value(node.left, frame)
        for op, comparator in zip(node.ops, node.comparators, strict=True):
            right = self._value(comparator, frame)
            if not self._operate(op, left, right):
                return False
            left = right
        return True

    def _subscript(self, value: Any, index: Any) -> Any:
        if not isinstance(value, (str, list, tuple, dict)):
            raise UnknownError("does more than can be read")
        return value[index]

    def _piece(self, part: ast.expr, frame: _Frame) -> str:
        if not isinstance(part, ast.FormattedValue):
            return str(self._value(part, frame))
        value = self._value(part.value, frame)
        spec = str(self._value(part.format_spec, frame)) if part.format_spec else ""
        if part.conversion not in (-1, ord("s")):
            raise UnknownError("does more than can be read")
        self._expect_plain(spec)
        self._expect_shown(value)
        return format(value, spec)

    def _expect_plain(self, template: str) -> None:
        if _RISKY_TEMPLATE.search(template):
            raise UnknownError("formats in a way that is not read")

    def _expect_shown(self, value: Any) -> None:
        """Raise where the text for a value is not that of the program that is read."""
        if not isinstance(value, (str, int, float, bool, uuid.UUID, datetime, type(None))):
            raise UnknownError("does more than can be read")

    # Names and calls

    def _name(self, name: str, frame: _Frame) -> Any:
        if name in frame.names and name not in frame.shared:
            return frame.names[name]
        known = self._state.get((frame.module.name, name))
        if known is not None:
            return known
        found = self._modules.find(frame.module, name)
        if found is not None:
            bound, module = found
            return self._definition(bound, module, name)
        dotted = imported_name(frame.module, name)
        if dotted:
            return _CONSTANTS.get(dotted, _Dotted(dotted))
        if name in _TYPES or name in _BUILTINS:
            return _Dotted(f"builtins.{name}")
        raise UnknownError(f"uses `{name}`")

    def _definition(self, bound: Bound, module: Module, name: str) -> Any:
        if isinstance(bound, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if bound.decorator_list:
                raise UnknownError(f"calls `{name}`, which is decorated")
            return _Callee(bound, module)
        if isinstance(bound, ast.ClassDef):
            return self._class_ref(Class(bound, module))
        return self._constant(bound, module, (module.name, name), name in module.shared)

    def _class_ref(self, found: Class) -> _ClassRef:
        own = self._class.found
        if (found.node, found.module.name) == (own.node, own.module.name):
            return self._class
        functions = {
            node.name: node
            for node in found.node.body
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        }
        return _ClassRef(found, functions)

    def _constant(
        self, node: ast.expr, module: Module, key: tuple[str, str], is_changed: bool
    ) -> Any:
        """A value of the module or of a class, as long as nothing changes it."""
        if is_changed and self._counter is None:
            raise UnknownError(f"depends on `{key[1]}`, which changes")
        value = self._value(node, _Frame(module, None))
        if is_changed and type(value) is int:
            value = self._counter
        is_filled = isinstance(value, (list, dict, set)) and not value
        if is_filled and self._counter is None:
            raise UnknownError(f"depends on `{key[1]}`, which changes")
        self._state[key] = value
        return value

    def _attribute(self, value: Any, name: str) -> Any:
        if isinstance(value, _Dotted):
            dotted = f"{value.name}.{name}"
            return _CONSTANTS.get(dotted, _Dotted(dotted))
        if isinstance(value, _Instance):
            if name in value.fields:
                return value.fields[name]
            if name in value.owner.functions:
                return self._bound(value.owner.functions[name], value.owner, value)
        elif isinstance(value, _ClassRef):
            return self._of_class(value, name)
        elif name in _METHODS.get(type(value), ()):
            return getattr(value, name)
        raise UnknownError(f"uses `.{name}`")

    def _of_class(self, owner: _ClassRef, name: str) -> Any:
        if name in owner.functions:
            return self._bound(owner.functions[name], owner)
        module = owner.found.module
        key = (f"{module.name}.{owner.found.node.name}", name)
        if self._state.get(key) is not None:
            return self._state[key]
        values = [
            node.value
            for node in own_statements(owner.found.node.body)
            if isinstance(node, (ast.Assign, ast.AnnAssign))
            and name
            in map(plain_name, node.targets if isinstance(node, ast.Assign) else [node.target])
        ]
        if len(values) != 1 or values[0] is None:
            raise UnknownError(f"uses `.{name}`")
        return self._constant(values[0], module, key, name in module.attributes_set)

    def _call(self, node: ast.Call, frame: _Frame) -> Any:
        if plain_name(node.func) == "isinstance" and len(node.args) == 2:
            return self._is_instance(self._value(node.args[0], frame), node.args[1])
        func = self._value(node.func, frame)
        args: list[Any] = []
        for arg in node.args:
            if isinstance(arg, ast.Starred):
                args += self._items(self._value(arg.value, frame))
            else:
                args.append(self._value(arg, frame))
        keywords = {k.arg: self._value(k.value, frame) for k in node.keywords if k.arg is not None}
        if len(keywords) != len(node.keywords):
            raise UnknownError("does more than can be read")
        return self._called(func, args, keywords)

    def _called(self, func: Any, args: list[Any], keywords: dict[str, Any]) -> Any:
        match func:
            case _Callee():
                return self._enter(func, args, keywords)
            case _ClassRef():
                return self._constructed(func, args, keywords)
            case _Dotted(name=name):
                owner, _, last = name.rpartition(".")
                known = _BUILTINS.get(last) if owner == "builtins" else self._externals.get(name)
                if known is None:
                    raise UnknownError(f"calls `{name.removeprefix('builtins.')}`")
                return self._native(known, last, args, keywords)
        if callable(func):
            if isinstance(getattr(func, "__self__", None), str) and func.__name__ == "format":
                self._expect_plain(func.__self__)
            return self._native(func, func.__name__, args, keywords)
        raise UnknownError("calls something that is no function")

    def _native(self, func: External, name: str, args: list[Any], keywords: dict[str, Any]) -> Any:
        for value in (*args, *keywords.values()):
            if isinstance(value, range) and len(value) > _SIZE:
                raise UnknownError("takes too many steps")
            if isinstance(value, (_Dotted, _ClassRef, _Callee, _Instance)):
                raise UnknownError("does more than can be read")
            if name == "format" and isinstance(value, str):
                self._expect_plain(value)
            if name == "str":
                self._expect_shown(value)
        # How many digits there are to be.
        counts = args if name == "zfill" else [*args[1:], *keywords.values()]
        if name in ("zfill", "round") and any(_is_beyond(one, _SIZE) for one in counts):
            raise UnknownError("makes large values")
        if name == "next" and args and isinstance(args[0], list):  # what a generator gives
            args = [iter(args[0]), *args[1:]]
        try:
            result = func(*args, **keywords)
        except StopIteration:
            raise UnknownError("does more than can be read") from None
        if name in ("enumerate", "zip", "reversed", "range", "keys", "values", "items"):
            return list(self._items(result))
        return result

    def _is_instance(self, value: Any, kinds: ast.expr) -> bool:
        listed = kinds.elts if isinstance(kinds, ast.Tuple) else [kinds]
        names = list(map(plain_name, listed))
        if not all(name in _TYPES for name in names):
            raise UnknownError("does more than can be read")
        return isinstance(value, tuple(_TYPES[name] for name in names))

    def _constructed(self, owner: _ClassRef, args: list[Any], keywords: dict[str, Any]) -> Any:
        """An object of a data class or a named tuple that has no code of its own for that."""
        node = owner.found.node
        maker, others = maker_of(node), len(node.bases)
        is_plain = (maker is DATACLASS and not others) or (maker is NAMED_TUPLE and others == 1)
        if not is_plain or {"__init__", "__post_init__", "__new__", "__bool__", "__len__"} & set(
            owner.functions
        ):
            raise UnknownError(f"makes a `{node.name}`")
        fields = [s for s in node.body if isinstance(s, ast.AnnAssign)]
        names = [plain_name(one.target) for one in fields]
        if len(args) > len(names):
            raise TypeError
        values = {**dict(zip(names, args, strict=False)), **keywords}
        frame = _Frame(owner.found.module, owner)
        for one, name in zip(fields, names, strict=True):
            if name not in values:
                if one.value is None:
                    raise TypeError
                values[name] = self._value(one.value, frame)
        if set(values) != set(names):
            raise TypeError
        return _Instance(values, owner)


def _is_large(value: Any) -> bool:
    """Whether a value holds more than `_SIZE` things: what it holds twice is counted twice, as
    whoever compares or hashes it goes through it.
    """
    left, waiting = _SIZE, [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, _Instance):
            one = list(one.fields.values())
        if isinstance(one, dict):
            one = [*one.keys(), *one.values()]
        if isinstance(one, (list, tuple, set, frozenset)):
            left -= len(one)
            waiting += one if left >= 0 else ()
        elif isinstance(one, (str, bytes)) and len(one) > _SIZE:
            return True
        if left < 0:
            return True
    return False


def _is_beyond(value: Any, most: int) -> bool:
    return isinstance(value, (int, float)) and not -most <= value <= most


def _sized(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (str, bytes, list, tuple)) else ()


def _is_stub(function: Function) -> bool:
    """Whether a body holds nothing but a docstring and `...` or `pass`."""
    return all(
        isinstance(node, ast.Pass)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in function.body
    )


def calls_in(function: Function, module: Module) -> Iterator[str]:
    """The dotted names of what a function calls, as far as imports at module level tell."""
    for node in own_nodes(function.body):
        if isinstance(node, ast.Call):
            name = plain_name(node.func)
            first, _, rest = name.partition(".")
            origin = imported_name(module, first) or first
            yield f"{origin}.{rest}" if rest else origin
