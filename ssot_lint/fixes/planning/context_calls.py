"""The one context call that gives the ids of a group, and what becomes of their places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import libcst as cst

from ssot_lint.analysis.syntax.libcst_nodes import access_path, walk
from ssot_lint.fixes.edits import Change, InsertBefore, Remove, Replace
from ssot_lint.fixes.file_context import FileContext
from ssot_lint.fixes.new_code import Reference
from ssot_lint.fixes.planning.groups import Group, Grouper, is_inert
from ssot_lint.fixes.planning.guards import around, blank_beside, is_temporary
from ssot_lint.fixes.planning.replacement import Site
from ssot_lint.ids.generator.api import USER, Shape
from ssot_lint.ids.kinds import snake_case, without_word

_BY_KEYWORD = Shape(keywords=("user_id", "operation"))


class ContextCalls:
    """Writes the context calls of one file."""

    def __init__(self, file: FileContext, grouper: Grouper) -> None:
        self._file = file
        self._ids = file.ids
        self._grouper = grouper

    def changes(self, group: Group, reference: Reference) -> Iterator[Change]:
        """One call in front, its ids where those were that the sites made.

        Where each site stands under an `if` of its own, the call stands under one for all.
        """
        guards = self._grouper.guards(group)
        if guards:
            yield from self._in_front_of_guards(group, guards, reference)
        else:
            yield from self._in_front(group, reference)

    def is_safe(self, group: Group) -> bool:
        """Whether the ids are made where the old ones were, and say all that those said."""
        if group.is_spread and not self._grouper.guards(group):
            return False
        return not any(self._loses(site, group) for site in group.sites)

    def _in_front(self, group: Group, reference: Reference) -> Iterator[Change]:
        names: dict[str, str] = {}
        removed: list[Remove] = []
        for site, line in zip(group.sites, group.lines, strict=True):
            target = self._taken_over(site, line, group)
            if target is not None and isinstance(line, cst.SimpleStatementLine):
                names[str(site.kind)] = target
                removed.append(Remove(line.body[0], line, group.block))
        new = [site for site in group.sites if str(site.kind) not in names]
        plain = all(self._file.new_code.is_fresh(str(site.kind), group.scope) for site in new)
        for site in new:
            wanted = _fresh_names(str(site.kind), plain=plain)
            names[str(site.kind)] = self._file.new_code.fresh_name(wanted, group.scope)
            yield Replace(site.node, names[str(site.kind)])
        code = self._code(
            group, reference, names, lambda k: self._file.new_code.blank(k, group.scope)
        )
        first = group.lines[0]
        if removed and removed[0].line is first:
            yield Replace(removed[0].statement, code)
            yield from removed[1:]
        else:
            yield InsertBefore(first, (code,))
            yield from removed

    def _in_front_of_guards(
        self, group: Group, guards: Sequence[cst.If], reference: Reference
    ) -> Iterator[Change]:
        names: dict[str, str] = {}
        changes: list[Change] = []
        for site, guard in zip(group.sites, guards, strict=True):
            kind = str(site.kind)
            removal = self._carrier(site, guard, guards, group.scope)
            if removal is not None and site.binding.name is not None:
                names[kind] = site.binding.name
                changes.append(removal)
            else:
                wanted = _fresh_names(kind, plain=False)
                names[kind] = self._file.new_code.fresh_name(wanted, group.scope)
                changes.append(Replace(site.node, names[kind]))
        blank = blank_beside(names, group.scope, self._file)
        yield from around(guards, self._code(group, reference, names, blank))
        yield from changes

    def _carrier(
        self, site: Site, guard: cst.If, guards: Sequence[cst.If], scope: cst.CSTNode
    ) -> Remove | None:
        """The removal of an assignment that only carries the id further within its `if`."""
        line, target = self._file.semantics.statement_of(site.node), self._target(site)
        if not isinstance(line, cst.SimpleStatementLine) or not isinstance(target, cst.Name):
            return None
        statement = line.body[0]
        if not isinstance(statement, cst.Assign) or statement.value is not site.node:
            return None
        if len(line.body) > 1 or len(statement.targets) > 1 or not site.binding.direct:
            return None
        if not is_temporary(target, guard, guards, scope, self._file):
            return None
        body = guard.body
        assert isinstance(body, cst.IndentedBlock)
        return Remove(statement, line, body)

    def _code(
        self,
        group: Group,
        reference: Reference,
        names: Mapping[str, str],
        blank: Callable[[str], str],
    ) -> str:
        kinds = self._ids.settings.context_ids
        targets = ", ".join(names.get(kind) or blank(kind) for kind in kinds)
        return f"{targets} = {self.call(group, reference)}"

    def call(self, group: Group, reference: Reference) -> str:
        """The code of the call that makes the ids of a group."""
        method = self._ids.settings.context_method
        arguments = f'{group.user}, "{self.operation(group)}"'
        if not self._says_operation:
            arguments = group.user
        elif group.is_emergency and self._ids.api.obstacle(method, _BY_KEYWORD) is None:
            arguments = f'user_id={group.user}, operation="emergency"'
        return f"{reference.method(method)}({arguments})"

    @property
    def _says_operation(self) -> bool:
        """Whether the context method is told what the ids are for."""
        return self._ids.api.shape_of_context(self._ids.settings.context_method) is not USER

    def _target(self, site: Site) -> cst.CSTNode | None:
        """The target of the assignment that gives the id a name, if one does."""
        target = site.binding.target
        return self._file.semantics.node_map.node_of(target) if target is not None else None

    def _taken_over(self, site: Site, line: cst.BaseStatement, group: Group) -> str | None:
        """The target of an assignment that the context call can make itself."""
        if not isinstance(line, cst.SimpleStatementLine) or len(line.body) > 1:
            return None
        statement = line.body[0]
        if not isinstance(statement, cst.Assign) or not site.binding.direct:
            return None
        target = self._target(site)
        path = access_path(target) if target is not None else None
        if path is None or statement.value is not site.node:
            return None
        body = list(group.block.body)
        between = body[body.index(group.lines[0]) : body.index(line)]
        others = [s for s in between if s not in group.lines]
        if not all(map(is_inert, others)):
            return None
        root = path.partition(".")[0]
        if "." in path and not self._is_in_order(group):
            return None  # a property may look at the other
        bound = self._file.semantics.bound_by(between)
        if "." in path and (others or root in bound):
            return None
        mentioned = {access_path(node) for part in between for node in walk(part)}
        return None if path in mentioned else path

    def _is_in_order(self, group: Group) -> bool:
        """Whether the ids are assigned in the order in which the context call gives them."""
        kinds = [str(site.kind) for site in group.sites]
        order = list(self._ids.settings.context_ids)
        return kinds == sorted(kinds, key=order.index)

    def operation(self, group: Group) -> str:
        """What the ids are made for: what the old ones began with, else the function's name."""
        if group.is_emergency:
            return "emergency"
        found: set[str] = set()
        for site in group.sites:
            head = self._rest(site)
            if "{" in head or not head.isidentifier():
                head = ""
            found.add(head)
        if len(found) == 1 and (head := found.pop()):
            return head
        scope = group.scope
        if not isinstance(scope, cst.FunctionDef):
            return "context"
        owner = self._file.semantics.owner_class(scope)
        if scope.name.value.startswith("__") and owner is not None:
            return snake_case(owner.name.value)
        return snake_case(scope.name.value) or "context"

    def _loses(self, site: Site, group: Group) -> bool:
        """Whether a context call's id would lack something that the old one says."""
        parts = site.prefix.replace(f"{{{group.user}}}", "")
        if "{" in parts or (site.head and self._ids.looks_for(site.head) is not None):
            return True
        said = self.operation(group) if self._says_operation else ""
        return self._rest(site) not in ("", said) and not group.is_emergency

    def _rest(self, site: Site) -> str:
        """What the old id said in front besides its kind."""
        kind = str(site.kind).removesuffix("_id")
        word = dict(self._ids.settings.kind_prefixes).get(kind, kind)
        return without_word(without_word(site.head.strip("_-:."), kind), word).strip("_-:.")


def _fresh_names(kind: str, *, plain: bool) -> Iterator[str]:
    if plain:
        yield kind
    yield f"generated_{kind}"
    number = 2
    while True:
        yield f"generated_{kind}_{number}"
        number += 1
