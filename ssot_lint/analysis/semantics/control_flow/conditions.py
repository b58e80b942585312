"""What the tests that were found true or false on the way to a place say about other tests."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType
from typing import cast

from ssot_lint.analysis.semantics.known_functions import LISTING_NAMES
from ssot_lint.analysis.syntax.parsing import dotted_name, walk

# Of more alternatives than this, the rest is left out of account: they multiply.
_MOST_CHOICES = 6


@dataclass(frozen=True)
class Condition:
    """A test that was found true or false."""

    test: ast.expr
    held: bool

    @cached_property
    def claim(self) -> _Claim:
        """What it says."""
        return _claim(self.test, self.held)

    @cached_property
    def paths(self) -> frozenset[str]:
        """The names and chains of attributes that the test mentions."""
        return paths(self.test)

    def parts(self) -> Iterator[Condition]:
        """Conditions that together say the same: what `and`, `or` and `not` are made of."""
        match self.test:
            case ast.UnaryOp(op=ast.Not(), operand=denied):
                yield from Condition(denied, not self.held).parts()
            case ast.BoolOp(op=op, values=values) if self.held is isinstance(op, ast.And):
                for value in values:
                    yield from Condition(value, self.held).parts()
            case _:
                yield self


@dataclass(frozen=True)
class _Says:
    """A statement, and what it amounts to: whether it is true, or the text of a literal."""

    about: str
    value: bool | str


@dataclass(frozen=True)
class _All:
    claims: tuple[_Claim, ...]


@dataclass(frozen=True)
class _Any:
    claims: tuple[_Claim, ...]


_Claim = _Says | _All | _Any


def canonical(test: ast.expr) -> str:
    """A text that two expressions share when they are the same but for quotes and layout."""
    return ast.dump(test)


def paths(node: ast.AST) -> frozenset[str]:
    """The names and chains of attributes that an expression mentions."""
    found = (dotted_name(part) or asked_for(part) for part in walk(node))
    return frozenset(path for path in found if path is not None)


def asked_for(test: ast.AST) -> str | None:
    """The name of which a test finds out whether it is bound: `"name" in locals()`."""
    match test:
        case ast.Compare(
            left=ast.Constant(value=str(name)),
            ops=[ast.In() | ast.NotIn()],
            comparators=[ast.Call(func=ast.Name(id=listing), args=[], keywords=[])],
        ):
            return name if listing in LISTING_NAMES else None
    return None


def is_bound(name: str) -> ast.Compare:
    """The test whether a name has a value."""
    listed = ast.Call(ast.Name("locals", ast.Load()), [], [])
    return ast.Compare(ast.Constant(name), [ast.In()], [listed])


def variable(name: str) -> ast.Name:
    """The expression that reads a name."""
    return ast.Name(name, ast.Load())


def is_none(value: ast.expr) -> ast.Compare:
    """The test whether a value is None."""
    return ast.Compare(value, [ast.Is()], [ast.Constant(None)])


def without_walrus(test: ast.expr) -> ast.expr:
    """What `(x := f()) is None` said is said of `x` from then on."""
    if not any(type(node) is ast.NamedExpr for node in walk(test)):
        return test
    return cast("ast.expr", _WithoutWalrus().visit(deepcopy(test)))


class _WithoutWalrus(ast.NodeTransformer):
    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.Name:
        return variable(node.target.id)


@dataclass(frozen=True)
class Together:
    """Conditions that held together, the latest last."""

    conditions: Sequence[Condition] = ()

    @cached_property
    def paths(self) -> frozenset[str]:
        """The names and chains of attributes that they mention."""
        return frozenset().union(*(condition.paths for condition in self.conditions))

    @cached_property
    def _known(self) -> dict[str, bool | str] | None:
        """What they say for sure, the latest first; None where they contradict each other."""
        return self._taken_apart[0]

    @cached_property
    def _choices(self) -> list[_Any]:
        return self._taken_apart[1]

    @cached_property
    def _taken_apart(self) -> tuple[dict[str, bool | str] | None, list[_Any]]:
        known: dict[str, bool | str] = {}
        choices: list[_Any] = []
        claims = [condition.claim for condition in self.conditions]
        return (known if _learn(claims, known, choices) else None), choices

    def exclude(self, other: Together) -> bool:
        """Whether these and others cannot both have held."""
        if self.paths.isdisjoint(other.paths):
            return False
        one, two = self._known, other._known
        if one is None or two is None:
            return True
        fewer, more = (one, two) if len(one) < len(two) else (two, one)
        if any(more.get(about, value) != value for about, value in fewer.items()):
            return True
        choices = [*other._choices, *self._choices]
        return bool(choices) and _no_choice(choices, {**one, **two})


def exclude(one: Sequence[Condition], other: Sequence[Condition]) -> bool:
    """Whether two sets of conditions cannot both have held."""
    return Together(one).exclude(Together(other))


def _contradict(claims: Sequence[_Claim], known: dict[str, bool | str]) -> bool:
    """Whether the claims cannot all be true beside what is known."""
    choices: list[_Any] = []
    known = dict(known)
    if not _learn(claims, known, choices):
        return True
    return bool(choices) and _no_choice(choices, known)


def _learn(claims: Sequence[_Claim], known: dict[str, bool | str], choices: list[_Any]) -> bool:
    """Add what claims say for sure, the last first, and the choices they leave.

    Tells whether that is no contradiction.
    """
    pending = list(claims)
    while pending:
        claim = pending.pop()
        if isinstance(claim, _All):
            pending.extend(claim.claims)
        elif isinstance(claim, _Any):
            choices.append(claim)
        elif known.setdefault(claim.about, claim.value) != claim.value:
            return False
    return True


def _no_choice(choices: Sequence[_Any], known: dict[str, bool | str]) -> bool:
    """Whether each way to choose contradicts what is known."""
    first, *rest = choices[:_MOST_CHOICES]
    return all(_contradict([choice, *rest], known) for choice in first.claims)


def _claim(test: ast.expr, held: bool) -> _Claim:
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=denied):
            return _claim(denied, not held)
        case ast.BoolOp(op=op, values=values):
            return _joined(values, isinstance(op, ast.And), held)
        case ast.IfExp():
            return _Any((
                _All((_claim(test.test, True), _claim(test.body, held))),
                _All((_claim(test.test, False), _claim(test.orelse, held))),
            ))  # fmt: skip
        case ast.Compare() if (name := asked_for(test)) is not None:
            return _Says(f"{name} is bound", held is isinstance(test.ops[0], ast.In))
        case ast.Compare(left=first, ops=ops, comparators=others):
            claims = [
                _comparison(left, op, right, held)
                for (left, right), op in zip(pairwise([first, *others]), ops, strict=True)
            ]
            return _All(tuple(claims)) if held else _Any(tuple(claims))
        case ast.Call(func=ast.Name(id="bool" | "len"), args=[only], keywords=[]):
            if not isinstance(only, ast.Starred):
                return _claim(only, held)
        case ast.Call(func=ast.Name(id="all" | "any" as name), args=[only], keywords=[]):
            listed = _listed(only)
            if listed is not None:
                return _joined(listed, name == "all", held)
    return _truth(canonical(test), held)


def _truth(text: str, held: bool) -> _Claim:
    says = _Says(text, held)
    return _All((says, _Says(f"{text} is {_NONE}", False))) if held else says


def _joined(parts: Iterable[ast.expr], by_and: bool, held: bool) -> _Claim:
    claims = tuple(_claim(part, held) for part in parts)
    return _All(claims) if held is by_and else _Any(claims)


def _comparison(left: ast.expr, operator: ast.cmpop, right: ast.expr, held: bool) -> _Claim:
    match operator:
        case ast.IsNot() | ast.NotEq() | ast.NotIn():
            return _comparison(left, _OPPOSITES[type(operator)], right, not held)
        case ast.Gt():
            return _less(right, left, held)
        case ast.LtE():
            return _less(right, left, not held)
        case ast.Lt():
            return _less(left, right, held)
        case ast.GtE():
            return _less(left, right, not held)
        case ast.In():
            listed = _listed(right)
            if listed is None:
                return _Says(f"{canonical(left)} in {canonical(right)}", held)
            claims = tuple(_same(left, element, held, "==") for element in listed)
            return _Any(claims) if held else _All(claims)
        case _:
            sign = "is" if isinstance(operator, ast.Is) else "=="
            return _same(left, right, held, sign)


def _same(left: ast.expr, right: ast.expr, held: bool, sign: str) -> _Claim:
    """What `left == right` or `left is right` says."""
    literals = [constant(left) is not None, constant(right) is not None]
    if literals == [True, False]:
        left, right = right, left
    truth = constant(right)
    if truth is None:
        one, other = sorted([canonical(left), canonical(right)])
        return _Says(f"{one} {sign} {other}", held)
    if _is_len(left) and not truth:
        return _claim(left, not held)
    text = canonical(right)
    says = _Says(f"{canonical(left)} {'is' if text == _NONE else sign} {text}", held)
    if not held:
        return says
    known = [says, _claim(left, truth)]
    if isinstance(right, ast.Constant):
        known.append(_Says(f"value of {canonical(left)}", text))
    return _All(tuple(known))


def _less(left: ast.expr, right: ast.expr, held: bool) -> _Claim:
    """What `left < right` says."""
    says = _Says(f"{canonical(left)} < {canonical(right)}", held)
    least, most = _integer(left), _integer(right)
    # What is more than 0, or at least 1, is true; a length that is not is 0.
    if least is not None and (held or (least == 0 and _is_len(right))):
        return _All((says, _claim(right, held)))
    if most == 1 and (not held or _is_len(left)):
        return _All((says, _claim(left, not held)))
    if most and not held:
        return _All((says, _claim(left, True)))
    return says


def constant(node: ast.expr) -> bool | None:
    """Whether an expression is always true or always false; None when that depends."""
    match node:
        case ast.Constant(value=None | int() | str() | bytes()):
            return bool(node.value)
        case ast.List() | ast.Tuple() | ast.Set():
            return None if _listed(node) is None else bool(node.elts)
        case ast.Call(func=ast.Name(id="range"), args=[count], keywords=[]):
            number = _integer(count)
            return None if number is None else bool(number)
    return None


def _integer(node: ast.expr) -> int | None:
    """The number that is written there, without a sign."""
    match node:
        case ast.Constant(value=int() as number) if not isinstance(number, bool):
            return number
    return None


def _listed(node: ast.expr) -> list[ast.expr] | None:
    """The elements of a list, tuple or set; None where not all of them are written out."""
    if not isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return None
    return None if any(isinstance(part, ast.Starred) for part in node.elts) else node.elts


def _is_len(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and dotted_name(node.func) == "len"


_OPPOSITES: Mapping[type[ast.cmpop], ast.cmpop] = MappingProxyType({
    ast.IsNot: ast.Is(),
    ast.NotEq: ast.Eq(),
    ast.NotIn: ast.In(),
})  # fmt: skip
_NONE = canonical(ast.Constant(None))
