"""Where the code makes ids itself because the generator failed or is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from ssot_lint.analysis.syntax.libcst_nodes import SCOPES, access_path, walk
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.strings.sources import Sources


@dataclass(frozen=True)
class Fallback:
    """One fallback that makes ids by hand; `first` is where it does so first."""

    first: cst.BaseExpression
    banned: str | None
    """The banned function called there; None when the id is a hand-built string."""
    region: tuple[cst.CSTNode, ...]
    built: tuple[cst.BaseExpression, ...]
    """The hand-built strings that are bound to ids."""
    attempt: cst.Try | cst.TryStar | None
    """The `try` that calls the generator; None where the generator may be missing."""


class Fallbacks:
    """All fallbacks of a file, and which nodes lie inside one: `ids.once(Fallbacks)`."""

    def __init__(self, ids: IdModel) -> None:
        self._ids = ids
        self._layout = ids.semantics.layout
        self._names = ids.semantics.names
        generators = ids.settings.generator_names
        self._modules = frozenset(name.rpartition(".")[0] for name in generators)
        self._flags: set[tuple[cst.CSTNode, str]] = set()
        """Scope and name of what says whether the generator could be imported."""
        self._covered: set[int] = set()
        """The `id` of all that lies inside a fallback."""
        self._hand_built: dict[cst.CSTNode, Sources] = {}
        """For each function, which may have a thousand fallbacks."""
        self.found: list[Fallback] = []
        if not ids.know_generator:
            return
        self._learn_flags()
        for node in self._layout.of(*_MAY_FALL_BACK):
            if not self.covers(node):
                scopes = self._scopes(node)
                attempt = self._attempt(node)
                for region in self._regions(node, scopes):
                    self._take(region, scopes[-1], attempt)

    def covers(self, node: cst.CSTNode) -> bool:
        """Whether the node lies inside a fallback, whose one finding speaks for it."""
        return id(node) in self._covered

    def _scopes(self, node: cst.CSTNode) -> list[cst.CSTNode]:
        """The module and the scopes around a node, the innermost last."""
        inner = list(self._layout.around(node, SCOPES))
        return [self._layout.nodes[0], *reversed(inner)]

    def _learn_flags(self) -> None:
        """Names set to False or None when the import of the generator failed, or to True else."""
        tries: list[cst.Try | cst.TryStar] = self._layout.of(cst.Try, cst.TryStar)
        for node in tries:
            if self._tries_import(node):
                succeeded = [node.body, *([node.orelse.body] if node.orelse else [])]
                names = _names_set_to(succeeded, ("True",))
                names |= _names_set_to([h.body for h in node.handlers], ("None", "False"))
                scope = self._scopes(node)[-1]
                self._flags.update((scope, name) for name in names)

    def _attempt(self, node: cst.CSTNode) -> cst.Try | cst.TryStar | None:
        if isinstance(node, (cst.Try, cst.TryStar)) and not self._tries_import(node):
            return node
        return None

    def _take(
        self,
        region: Sequence[cst.CSTNode],
        scope: cst.CSTNode,
        attempt: cst.Try | cst.TryStar | None,
    ) -> None:
        inside = [node for part in region for node in walk(part)]
        # Local variables are those of a function; a module's statements may be masked.
        in_function = isinstance(scope, cst.FunctionDef)
        hand_built = self._hand_built.get(scope) if in_function else None
        if hand_built is None:
            variables = [scope] if in_function else region
            hand_built = Sources(variables, self._names, self._ids.counters)
            if in_function:
                self._hand_built[scope] = hand_built
        built = tuple(dict.fromkeys(hand_built.ids_in(region)))
        for node in inside:
            banned = self._ids.banned(node.func) if isinstance(node, cst.Call) else None
            if banned is not None or node in built:
                assert isinstance(node, cst.BaseExpression)
                self.found.append(Fallback(node, banned, tuple(region), built, attempt))
                self._covered.update(map(id, inside))
                return

    def _regions(
        self, node: cst.CSTNode, scopes: Sequence[cst.CSTNode]
    ) -> Iterator[Sequence[cst.CSTNode]]:
        """The fallbacks that a node has: parts of a `try`, an `if`, a conditional expression."""
        match node:
            case cst.Try() | cst.TryStar():
                if self._calls_generator(node.body) or self._tries_import(node):
                    for handler in node.handlers:
                        yield [handler.body]
            case cst.If() | cst.IfExp():
                missing = self._says_missing(node.test, scopes)
                if missing is True:
                    yield [node.body]
                elif missing is False and node.orelse is not None:
                    yield [node.orelse]
            case cst.IndentedBlock():
                yield from self._after_success(node, scopes)
            case cst.BooleanOperation(operator=cst.Or(), left=cst.BooleanOperation() as left):
                # The old conditional: `generator and generator.make() or fallback()`.
                if isinstance(left.operator, cst.And) and (
                    self._says_missing(left.left, scopes) is False
                ):
                    yield [node.right]

    def _after_success(
        self, block: cst.IndentedBlock, scopes: Sequence[cst.CSTNode]
    ) -> Iterator[Sequence[cst.CSTNode]]:
        """What follows `if generator is not None: return ...`."""
        for index, statement in enumerate(block.body):
            if (
                isinstance(statement, cst.If)
                and statement.orelse is None
                and self._says_missing(statement.test, scopes) is False
                and _leaves(statement.body)
            ):
                yield block.body[index + 1 :]

    def _calls_generator(self, body: cst.CSTNode) -> bool:
        return any(
            type(node) is cst.Call and self._ids.generator_method(node) is not None
            for node in walk(body, into_scopes=False)
        )

    def _tries_import(self, node: cst.Try | cst.TryStar) -> bool:
        """Whether the body imports the generator's class or module."""
        for inner in walk(node.body, into_scopes=False):
            if type(inner) is cst.ImportFrom and not isinstance(inner.names, cst.ImportStar):
                owner = access_path(inner.module) if inner.module is not None else None
                for alias in inner.names:
                    name = alias.evaluated_name
                    if (
                        name == self._ids.settings.generator_class
                        or f"{owner}.{name}" in self._modules
                    ):
                        return True
            elif type(inner) is cst.Import and any(
                alias.evaluated_name in self._modules for alias in inner.names
            ):
                return True
        return False

    def _says_missing(self, test: cst.BaseExpression, scopes: Sequence[cst.CSTNode]) -> bool | None:
        """True when the test holds without the generator, False when with it, else None."""
        match test:
            case cst.UnaryOperation(operator=cst.Not()):
                inner = self._says_missing(test.expression, scopes)
                return None if inner is None else not inner
            case cst.Comparison(comparisons=[cst.ComparisonTarget() as only]):
                return self._compares_missing(test.left, only, scopes)
            case cst.BooleanOperation():
                wanted = isinstance(test.operator, cst.Or)
                sides = (test.left, test.right)
                found = [self._says_missing(side, scopes) for side in sides]
                return wanted if wanted in found else None
        return False if self._is_witness(test, scopes) else None

    def _compares_missing(
        self, left: cst.BaseExpression, only: cst.ComparisonTarget, scopes: Sequence[cst.CSTNode]
    ) -> bool | None:
        if not self._is_witness(left, scopes):
            return None
        absent = _is_constant(only.comparator, ("None", "False"))
        if not absent and not _is_constant(only.comparator, ("True",)):
            return None
        if isinstance(only.operator, (cst.Is, cst.Equal)):
            return absent
        return not absent if isinstance(only.operator, (cst.IsNot, cst.NotEqual)) else None

    def _is_witness(self, node: cst.BaseExpression, scopes: Sequence[cst.CSTNode]) -> bool:
        """The generator, its module, or a flag that says whether it could be imported."""
        if isinstance(node, cst.Call):
            return False
        if self._ids.is_generator(node) or self._names.dotted(node) & self._modules:
            return True
        if not isinstance(node, cst.Name):
            return False
        for scope in reversed(scopes):
            if (scope, node.value) in self._flags:
                return True
            if node.value in self._names.local_names(scope):
                return False
        return False


def _names_set_to(bodies: Sequence[cst.CSTNode], constants: Sequence[str]) -> set[str]:
    """Names that one of the bodies assigns one of the constants to."""
    names: set[str] = set()
    for node in (node for body in bodies for node in walk(body, into_scopes=False)):
        targets: list[cst.BaseExpression] = []
        value: cst.BaseExpression | None = None
        if type(node) is cst.Assign:
            targets, value = [target.target for target in node.targets], node.value
        elif type(node) is cst.AnnAssign:
            targets, value = [node.target], node.value
        if value is not None and _is_constant(value, constants):
            names.update(target.value for target in targets if isinstance(target, cst.Name))
    return names


def _leaves(body: cst.BaseSuite) -> bool:
    """Whether what stands behind the body is not reached through it."""
    last = body.body[-1] if body.body else None
    if isinstance(last, cst.SimpleStatementLine):
        last = last.body[-1]
    return isinstance(last, (cst.Return, cst.Raise, cst.Continue, cst.Break))


def _is_constant(node: cst.BaseExpression, names: Sequence[str]) -> bool:
    return isinstance(node, cst.Name) and node.value in names


# The nodes that `_regions` has something to say about.
_MAY_FALL_BACK = (
    cst.BooleanOperation, cst.If, cst.IfExp, cst.IndentedBlock, cst.Try, cst.TryStar,
)  # fmt: skip
