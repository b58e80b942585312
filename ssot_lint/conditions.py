"""What the tests that were found true or false on the way to a place say about other tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import libcst as cst

from ssot_lint.tree import access_path, canonical, walk


@dataclass(frozen=True)
class Condition:
    """A test that was found true or false."""

    test: cst.BaseExpression
    held: bool


def paths(node: cst.CSTNode) -> frozenset[str]:
    """The names and chains of attributes that an expression mentions."""
    found = (access_path(part) for part in walk(node))
    return frozenset(path for path in found if path is not None)


def exclude(one: tuple[Condition, ...], other: tuple[Condition, ...]) -> bool:
    """Whether two sets of conditions cannot both have held."""
    return _refute(one, other) or _refute(other, one)


def _refute(one: tuple[Condition, ...], other: tuple[Condition, ...]) -> bool:
    """Whether what follows from the first conditions decides one of the others against it."""
    known = {fact: held for c in one for fact, held in _facts(c.test, c.held)}
    return any(_truth(c.test, known) is (not c.held) for c in other)


def _facts(test: cst.BaseExpression, held: bool) -> Iterator[tuple[str, bool]]:
    """Simple statements, and whether they are true, that follow from what a test gave."""
    yield canonical(test), held
    match test:
        case cst.UnaryOperation(operator=cst.Not()):
            yield from _facts(test.expression, not held)
        case cst.BooleanOperation() if held is isinstance(test.operator, cst.And):
            yield from _facts(test.left, held)
            yield from _facts(test.right, held)
        case cst.Comparison(comparisons=[only]):
            statement, negated = _statement(test.left, only)
            true = held is not negated
            yield statement, true
            if (
                isinstance(only.operator, (cst.Is, cst.IsNot))
                and canonical(only.comparator) == _NONE
            ):
                if true:
                    yield canonical(test.left), False
            elif isinstance(only.operator, (cst.Equal, cst.NotEqual)) and true:
                yield f"{canonical(test.left)} == ?", True
        case _ if held:
            yield f"{canonical(test)} is {_NONE}", False


def _truth(test: cst.BaseExpression, known: Mapping[str, bool]) -> bool | None:
    """What the test gives, as far as the known facts decide it."""
    text = canonical(test)
    if text in known:
        return known[text]
    match test:
        case cst.UnaryOperation(operator=cst.Not()):
            inner = _truth(test.expression, known)
            return None if inner is None else not inner
        case cst.BooleanOperation():
            decisive = isinstance(test.operator, cst.Or)
            sides = {_truth(test.left, known), _truth(test.right, known)}
            if decisive in sides:
                return decisive
            return None if None in sides else not decisive
        case cst.Comparison(comparisons=[only]):
            statement, negated = _statement(test.left, only)
            if statement in known:
                return known[statement] is not negated
            if isinstance(only.operator, cst.Equal) and isinstance(only.comparator, _LITERALS):
                return _equals_another(canonical(test.left), statement, known)
    return None


def _equals_another(left: str, statement: str, known: Mapping[str, bool]) -> bool | None:
    """False when `left` is known to equal a literal other than the one of `statement`."""
    if not known.get(f"{left} == ?"):
        return None
    equal = [fact for fact, held in known.items() if held and fact.startswith(f"{left} == Const")]
    return False if equal and statement not in equal else None


def _statement(left: cst.BaseExpression, only: cst.ComparisonTarget) -> tuple[str, bool]:
    """The comparison in its positive form, and whether it was negated: `!=` negates `==`."""
    sign, negated = _SIGNS.get(type(only.operator), (type(only.operator).__name__, False))
    return f"{canonical(left)} {sign} {canonical(only.comparator)}", negated


_SIGNS: Mapping[type[cst.BaseCompOp], tuple[str, bool]] = MappingProxyType(
    {
        cst.Is: ("is", False),
        cst.IsNot: ("is", True),
        cst.Equal: ("==", False),
        cst.NotEqual: ("==", True),
        cst.In: ("in", False),
        cst.NotIn: ("in", True),
        cst.GreaterThan: (">", False),
        cst.LessThanEqual: (">", True),
        cst.LessThan: ("<", False),
        cst.GreaterThanEqual: ("<", True),
    }
)
_NONE = canonical(cst.Name("None"))
_LITERALS = (cst.SimpleString, cst.Integer)
