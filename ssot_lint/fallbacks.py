"""Where the code makes ids itself because the generator failed or is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from ssot_lint.ids import HandBuilt
from ssot_lint.names import Names
from ssot_lint.settings import Settings
from ssot_lint.tree import SCOPES, children, walk


@dataclass(frozen=True)
class Fallback:
    """One fallback that makes ids by hand; `first` is where it does so first."""

    first: cst.BaseExpression
    banned: str | None
    """The banned function called there; None when the id is a hand-built string."""


class Fallbacks:
    """All fallbacks of a module, and which nodes lie inside one."""

    def __init__(self, module: cst.Module, names: Names, settings: Settings) -> None:
        self._names = names
        self._settings = settings
        self._flags = _absence_flags(module, self._tries_import)
        self._covered: set[cst.CSTNode] = set()
        self.found: list[Fallback] = []
        self._search(module, module)

    def covers(self, node: cst.CSTNode) -> bool:
        """Whether the node lies inside a fallback, whose one finding speaks for it."""
        return node in self._covered

    def _search(self, node: cst.CSTNode, scope: cst.CSTNode) -> None:
        pending = [(node, scope)]
        while pending:
            current, scope = pending.pop()
            if current in self._covered:
                continue
            for region in self._regions(current):
                self._take(region, scope)
            inner = current if isinstance(current, SCOPES) else scope
            pending.extend((child, inner) for child in reversed(children(current)))

    def _take(self, region: Sequence[cst.CSTNode], scope: cst.CSTNode) -> None:
        inside = [node for part in region for node in walk(part)]
        # Local variables are those of a function; a module's statements may be masked.
        variables = [scope] if isinstance(scope, cst.FunctionDef) else region
        built = set(HandBuilt(variables, self._names).ids_in(region))
        for node in inside:
            banned = self._names.banned(node.func) if isinstance(node, cst.Call) else None
            if banned is not None or node in built:
                assert isinstance(node, cst.BaseExpression)
                self.found.append(Fallback(node, banned))
                self._covered.update(inside)
                return

    def _regions(self, node: cst.CSTNode) -> Iterator[Sequence[cst.CSTNode]]:
        """The fallbacks that a `try`, an `if` or a conditional expression has."""
        if isinstance(node, (cst.Try, cst.TryStar)):
            if self._calls_generator(node.body) or self._tries_import(node):
                for handler in node.handlers:
                    yield [handler.body]
        elif isinstance(node, (cst.If, cst.IfExp)):
            missing = self._says_missing(node.test)
            if missing is True:
                yield [node.body]
            elif missing is False and node.orelse is not None:
                yield [node.orelse]

    def _calls_generator(self, body: cst.CSTNode) -> bool:
        return any(
            isinstance(node, cst.Call) and self._names.generator_method(node) is not None
            for node in walk(body, into_scopes=False)
        )

    def _tries_import(self, node: cst.Try | cst.TryStar) -> bool:
        modules = {name.rpartition(".")[0] for name in self._settings.generator_names}
        for inner in walk(node.body, into_scopes=False):
            if isinstance(inner, cst.ImportFrom) and not isinstance(inner.names, cst.ImportStar):
                if any(a.evaluated_name == self._settings.generator_class for a in inner.names):
                    return True
            elif isinstance(inner, cst.Import) and any(
                alias.evaluated_name in modules for alias in inner.names
            ):
                return True
        return False

    def _says_missing(self, test: cst.BaseExpression) -> bool | None:
        """True when the test holds without the generator, False when with it, else None."""
        match test:
            case cst.UnaryOperation(operator=cst.Not()):
                inner = self._says_missing(test.expression)
                return None if inner is None else not inner
            case cst.Comparison(comparisons=[cst.ComparisonTarget() as only]):
                if not self._is_witness(test.left) or not _is_absent(only.comparator):
                    return None
                if isinstance(only.operator, (cst.Is, cst.Equal)):
                    return True
                return False if isinstance(only.operator, (cst.IsNot, cst.NotEqual)) else None
            case cst.BooleanOperation():
                wanted = isinstance(test.operator, cst.Or)
                sides = (self._says_missing(test.left), self._says_missing(test.right))
                return wanted if wanted in sides else None
        return False if self._is_witness(test) else None

    def _is_witness(self, node: cst.BaseExpression) -> bool:
        """The generator itself, or a flag that says whether it could be imported."""
        if isinstance(node, cst.Call):
            return False
        flag = isinstance(node, cst.Name) and node.value in self._flags
        return flag or self._names.is_generator(node)


def _absence_flags(
    module: cst.Module, tries_import: Callable[[cst.Try | cst.TryStar], bool]
) -> frozenset[str]:
    """Names that the handler of a failed import of the generator sets to False or None."""
    flags: set[str] = set()
    for node in walk(module):
        if isinstance(node, (cst.Try, cst.TryStar)) and tries_import(node):
            for handler in node.handlers:
                for inner in walk(handler.body, into_scopes=False):
                    if isinstance(inner, cst.Assign) and _is_absent(inner.value):
                        targets = [target.target for target in inner.targets]
                        flags.update(t.value for t in targets if isinstance(t, cst.Name))
    return frozenset(flags)


def _is_absent(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value in ("None", "False")
