"""What the tests that were found true or false on the way to a place say about other tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import libcst as cst

from ssot_lint.analysis.syntax.libcst_nodes import access_path, canonical, walk

# Of more alternatives than this, the rest is left out of account: they multiply.
_MOST_CHOICES = 6


@dataclass(frozen=True)
class Condition:
    """A test that was found true or false."""

    test: cst.BaseExpression
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
            case cst.UnaryOperation(operator=cst.Not()):
                yield from Condition(self.test.expression, not self.held).parts()
            case cst.BooleanOperation() if self.held is isinstance(self.test.operator, cst.And):
                yield from Condition(self.test.left, self.held).parts()
                yield from Condition(self.test.right, self.held).parts()
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


def paths(node: cst.CSTNode) -> frozenset[str]:
    """The names and chains of attributes that an expression mentions."""
    found = (access_path(part) for part in walk(node))
    return frozenset(path for path in found if path is not None)


def without_walrus(test: cst.BaseExpression) -> cst.BaseExpression:
    """What `(x := f()) is None` said is said of `x` from then on."""
    if not any(type(node) is cst.NamedExpr for node in walk(test)):
        return test
    plain = test.visit(_WithoutWalrus())
    return plain if isinstance(plain, cst.BaseExpression) else test


class _WithoutWalrus(cst.CSTTransformer):
    def leave_NamedExpr(
        self, original_node: cst.NamedExpr, updated_node: cst.NamedExpr
    ) -> cst.BaseExpression:
        return updated_node.target


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


def _claim(test: cst.BaseExpression, held: bool) -> _Claim:
    match test:
        case cst.UnaryOperation(operator=cst.Not()):
            return _claim(test.expression, not held)
        case cst.BooleanOperation():
            return _joined([test.left, test.right], isinstance(test.operator, cst.And), held)
        case cst.IfExp():
            return _Any((
                _All((_claim(test.test, True), _claim(test.body, held))),
                _All((_claim(test.test, False), _claim(test.orelse, held))),
            ))  # fmt: skip
        case cst.Comparison():
            operands = [test.left, *(part.comparator for part in test.comparisons)]
            claims = [
                _comparison(left, part.operator, right, held)
                for (left, right), part in zip(pairwise(operands), test.comparisons, strict=True)
            ]
            return _All(tuple(claims)) if held else _Any(tuple(claims))
        case cst.Call(func=cst.Name("bool" | "len"), args=[cst.Arg(keyword=None, star="") as only]):
            return _claim(only.value, held)
        case cst.Call(func=cst.Name("all" | "any" as name), args=[cst.Arg() as only]):
            listed = _listed(only.value)
            if listed is not None:
                return _joined(listed, name == "all", held)
    return _truth(canonical(test), held)


def _truth(text: str, held: bool) -> _Claim:
    says = _Says(text, held)
    return _All((says, _Says(f"{text} is {_NONE}", False))) if held else says


def _joined(parts: Iterable[cst.BaseExpression], by_and: bool, held: bool) -> _Claim:
    claims = tuple(_claim(part, held) for part in parts)
    return _All(claims) if held is by_and else _Any(claims)


def _comparison(
    left: cst.BaseExpression, operator: cst.BaseCompOp, right: cst.BaseExpression, held: bool
) -> _Claim:
    match operator:
        case cst.IsNot() | cst.NotEqual() | cst.NotIn():
            return _comparison(left, _OPPOSITES[type(operator)], right, not held)
        case cst.GreaterThan():
            return _less(right, left, held)
        case cst.LessThanEqual():
            return _less(right, left, not held)
        case cst.LessThan():
            return _less(left, right, held)
        case cst.GreaterThanEqual():
            return _less(left, right, not held)
        case cst.In():
            listed = _listed(right)
            if listed is None:
                return _Says(f"{canonical(left)} in {canonical(right)}", held)
            claims = tuple(_same(left, element, held, "==") for element in listed)
            return _Any(claims) if held else _All(claims)
        case _:
            sign = "is" if isinstance(operator, cst.Is) else "=="
            return _same(left, right, held, sign)


def _same(left: cst.BaseExpression, right: cst.BaseExpression, held: bool, sign: str) -> _Claim:
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
    if isinstance(right, (cst.Name, cst.Integer, cst.SimpleString)):
        known.append(_Says(f"value of {canonical(left)}", text))
    return _All(tuple(known))


def _less(left: cst.BaseExpression, right: cst.BaseExpression, held: bool) -> _Claim:
    """What `left < right` says."""
    says = _Says(f"{canonical(left)} < {canonical(right)}", held)
    # What is more than 0, or at least 1, is true; a length that is not is 0.
    match left, right:
        case cst.Integer(value=least), _ if held or (least == "0" and _is_len(right)):
            return _All((says, _claim(right, held)))
        case _, cst.Integer("1") if not held or _is_len(left):
            return _All((says, _claim(left, not held)))
        case _, cst.Integer() if not held and constant(right):
            return _All((says, _claim(left, True)))
    return says


def constant(node: cst.BaseExpression) -> bool | None:
    """Whether an expression is always true or always false; None when that depends."""
    match node:
        case cst.Name("True"):
            return True
        case cst.Name("False" | "None"):
            return False
        case cst.Integer() | cst.SimpleString():
            return bool(node.evaluated_value)
        case cst.List() | cst.Tuple() | cst.Set():
            return None if _listed(node) is None else bool(node.elements)
        case cst.Call(func=cst.Name("range"), args=[cst.Arg(value=cst.Integer() as count)]):
            return bool(count.evaluated_value)
    return None


def _listed(node: cst.BaseExpression) -> list[cst.BaseExpression] | None:
    """The elements of a list, tuple or set; None where not all of them are written out."""
    if not isinstance(node, (cst.List, cst.Tuple, cst.Set)):
        return None
    if any(isinstance(element, cst.StarredElement) for element in node.elements):
        return None
    return [element.value for element in node.elements]


def _is_len(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Call) and access_path(node.func) == "len"


_OPPOSITES: dict[type[cst.BaseCompOp], cst.BaseCompOp] = {
    cst.IsNot: cst.Is(),
    cst.NotEqual: cst.Equal(),
    cst.NotIn: cst.In(),
}
_NONE = canonical(cst.Name("None"))
