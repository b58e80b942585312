"""Which new ids belong together: several kinds for one user, made in one run of a scope."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import libcst as cst

from ssot_lint.flow import all_params
from ssot_lint.ids import snake_case
from ssot_lint.rule import FileContext
from ssot_lint.scopes import binders, bound_names
from ssot_lint.sites import Site
from ssot_lint.tree import DEFERRING, SCOPES, access_path, canonical, leaves_block, walk
from ssot_lint.users import Users, user_argument

Block = cst.IndentedBlock | cst.Module
ScopeNode = cst.Module | cst.ClassDef | cst.FunctionDef | cst.Lambda

# Words in front of a kind that say nothing about what the id is for.
_NEW = re.compile(r"^(new|generated|fallback|emergency|default|the|my|self|current)_")
# What runs its inside several times, later, or may stop what fails in it.
_APART = (cst.For, cst.While, cst.Try, cst.TryStar, *SCOPES)


@dataclass(eq=False)
class Group:
    """Sites that one context call serves, in order."""

    sites: list[Site]
    user: str
    """The code of the user the ids are for."""
    lines: list[cst.BaseStatement]
    """The statement of `block` that holds each site."""
    block: Block
    scope: cst.CSTNode
    loose: list[Site] = field(default_factory=list)
    """Sites whose ids belong to these, but stand where the call cannot serve them."""
    is_emergency: bool = False

    @property
    def all_sites(self) -> list[Site]:
        """The sites with the loose ones, in order."""
        return [*self.sites, *self.loose]

    @property
    def kinds(self) -> set[str | None]:
        """The kinds of ids that the sites are."""
        return {site.kind for site in self.all_sites}

    @property
    def is_spread(self) -> bool:
        """Whether sites stand in branches, before which the call is made."""
        return any(not isinstance(line, cst.SimpleStatementLine) for line in self.lines)

    def add(self, other: Group) -> None:
        """Take in the sites of a group in the same block."""
        self.sites += other.sites
        self.lines += other.lines


class Grouper:
    """Finds the groups of one file."""

    def __init__(self, file: FileContext) -> None:
        self._file = file
        self._users = file.once(Users)

    def groups(self, sites: Sequence[Site]) -> list[Group]:
        """Groups of two sites or more, each site in one at most. `sites` are in order."""
        groups: list[Group] = []
        for joining in (self._join_beside, self._join_scope):
            joined = {id(site) for group in groups for site in group.all_sites}
            for site in sites:
                if id(site) not in joined:
                    joining(site, groups)
            groups = [group for group in groups if len(group.all_sites) > 1]
        return groups

    def _join_beside(self, site: Site, groups: list[Group]) -> None:
        """Group the site with those in the same call or dict."""
        start = self.candidate(site)
        if start is None:
            return
        holder = self._users.holder(site)
        for group in groups:
            if holder is not None and self._users.holder(group.sites[0]) is holder:
                if site.kind not in group.kinds and _alike(site, group):
                    group.add(start)
                return
        groups.append(start)

    def _join_scope(self, site: Site, groups: list[Group]) -> None:
        """Group the site with those that the same run of its scope makes before it."""
        start = self.candidate(site)
        if start is None:
            return
        for group in reversed(groups):
            if group.scope is not start.scope or group.user != start.user:
                continue
            if any(self._exclude(member.node, site.node) for member in group.all_sites):
                continue
            if self._join(group, start):
                return
            if self._belongs(group, start):
                group.loose.append(site)
                return
            break
        groups.append(start)

    def candidate(self, site: Site, user: str | None = None) -> Group | None:
        """The site as a group of its own, if a context call before its statement could serve it."""
        line = self._file.statement_of(site.node)
        if site.kind is None or site.wrap != ("", "") or site.binding.deferred:
            return None
        if not isinstance(line, cst.SimpleStatementLine) or not self._runs_once(site.node, line):
            return None
        block = self._file.parent(line)
        scope = self._file.scope_of(line)
        if not isinstance(block, (cst.IndentedBlock, cst.Module)) or (
            isinstance(scope, cst.ClassDef) or self._file.scope_of(site.node) is not scope
        ):
            return None
        user = user or self._users.at_hand(site, line, scope)
        return Group([site], user, [line], block, scope) if user is not None else None

    def _runs_once(self, node: cst.CSTNode, line: cst.CSTNode) -> bool:
        """Whether the node is evaluated at most once when the statement runs."""
        for outer in self._file.ancestors(node):
            if isinstance(outer, DEFERRING):
                return False
            if outer is line:
                return True
        return False

    def _join(self, group: Group, other: Group) -> bool:
        """Whether one call before both can serve them; then the group has taken the other in."""
        if other.kinds & group.kinds or not isinstance(group.scope, cst.FunctionDef):
            return False
        if not _alike(other.sites[0], group):
            return False
        block = self._common_block(group, other)
        if block is None:
            return False
        lines = [self._statement_in(block, line) for line in (*group.lines, *other.lines)]
        body = list(block.body)
        between = body[body.index(lines[0]) : body.index(lines[-1])]
        ids = [site.node for site in group.sites]
        if "." in group.user and not all(is_inert(part, but=ids) for part in between):
            return False  # an attribute may change in any code that runs
        root = group.user.partition(".")[0]
        if root in bound_names([*between, *lines]).names or self._tests_user(lines, root):
            return False
        if any(leaves_block(statement) for statement in between):
            return False
        group.block, group.lines = block, lines
        group.sites += other.sites
        return True

    def _belongs(self, group: Group, other: Group) -> bool:
        """Whether one run of the scope makes both for the same user, though apart."""
        if other.kinds & group.kinds or not isinstance(group.scope, cst.FunctionDef):
            return False
        if not _alike(other.sites[0], group):
            return False
        root = group.user.partition(".")[0]
        params = {param.name.value for param in all_params(group.scope.params)}
        values = len(list(binders([group.scope.body], root))) + (root in params)
        return values == 1 and self._loops_around(group) == self._loops_around(other)

    def _loops_around(self, group: Group) -> list[cst.CSTNode]:
        around = self._file.ancestors(group.lines[0])
        return [outer for outer in around if isinstance(outer, (cst.For, cst.While))]

    def _common_block(self, group: Group, other: Group) -> Block | None:
        """The innermost block around both, if no loop, `try` or function lies between."""
        ours = self._blocks_around(group.lines[0])
        theirs = self._blocks_around(other.lines[0])
        return next((block for block in ours if any(block is b for b in theirs)), None)

    def _blocks_around(self, line: cst.BaseStatement) -> list[Block]:
        blocks: list[Block] = []
        for outer in self._file.ancestors(line):
            if isinstance(outer, _APART):
                break
            if isinstance(outer, cst.IndentedBlock):
                blocks.append(outer)
        return blocks

    def _statement_in(self, block: Block, line: cst.BaseStatement) -> cst.BaseStatement:
        """The statement of the block that is the line or holds it."""
        around = [line, *self._file.ancestors(line)]
        at = next(index for index, node in enumerate(around) if node is block)
        statement = around[at - 1]
        assert isinstance(statement, cst.BaseStatement)
        return statement

    def _tests_user(self, statements: Sequence[cst.CSTNode], root: str) -> bool:
        """Whether a condition on the way to a site asks about the user, who may be nobody."""
        tests = (n.test for s in statements for n in walk(s) if isinstance(n, (cst.If, cst.IfExp)))
        return any(
            isinstance(n, cst.Name) and n.value == root for test in tests for n in walk(test)
        )

    # Other calls for the same user

    def rival(self, group: Group, others: Iterable[Group]) -> set[str] | None:
        """The kinds that another context call of the scope gives for the group's user.

        `others` are groups that become such a call. None when there is no other.
        """
        names, settings = self._file.names, self._file.settings
        found: list[set[str]] = []
        for call in names.generator_calls.get(_as_scope(group.scope), []):
            if (
                names.generator_method(call) == settings.context_method
                and canonical(user_argument(call)) == _canonical_code(group.user)
                and not self._exclude(call, group.lines[0])
            ):
                found.append(self._kinds_taken(call))
        for other in others:
            if (
                other.user == group.user
                and other.scope is group.scope
                and not self._exclude(other.sites[0].node, group.sites[0].node)
            ):
                found.append({str(kind) for kind in other.kinds})
        return set().union(*found) if found else None

    def _kinds_taken(self, call: cst.Call) -> set[str]:
        """The kinds of ids of a context call that get a name."""
        kinds = self._file.settings.context_ids
        assign = self._file.parent(call)
        target = assign.targets[0].target if isinstance(assign, cst.Assign) else None
        if not isinstance(target, (cst.Tuple, cst.List)):
            return set(kinds)
        taken = [access_path(element.value) or "?" for element in target.elements]
        return {kind for kind, name in zip(kinds, taken, strict=False) if not name.startswith("_")}

    def _exclude(self, one: cst.CSTNode, other: cst.CSTNode) -> bool:
        """Whether two places lie in branches of which only one runs."""
        paths = [[node, *self._file.ancestors(node)] for node in (one, other)]
        common = next(node for node in paths[0] if any(node is n for n in paths[1]))
        below = [path[index - 1] if (index := index_of(path, common)) else None for path in paths]
        if isinstance(common, (cst.If, cst.IfExp)):
            return below[0] is not below[1] and common.test not in below
        if isinstance(common, cst.Match):
            return all(isinstance(node, cst.MatchCase) for node in below)
        if isinstance(common, (cst.Try, cst.TryStar)):
            kinds = (cst.ExceptHandler, cst.ExceptStarHandler)
            return any(isinstance(n, kinds) for n in below) and not any(
                isinstance(n, cst.Finally) for n in below
            )
        first = below[0]
        if isinstance(first, cst.If) and isinstance(first.body, cst.IndentedBlock):
            inside = any(node is first.body for node in paths[0])
            last = first.body.body[-1]
            leaves = isinstance(last, cst.SimpleStatementLine) and isinstance(
                last.body[-1], (cst.Return, cst.Raise)
            )
            return inside and leaves and one not in last.children
        return False


def is_inert(statement: cst.CSTNode, but: Sequence[cst.CSTNode] = ()) -> bool:
    """Whether nothing that the statement runs can look at variables that it does not name.

    `but` are expressions that make ids, of which that is known.
    """
    acting = (cst.Call, cst.Await, cst.Yield, cst.BaseCompoundStatement, cst.Raise, cst.Return)
    known = {node for part in but for node in walk(part)}
    return not any(isinstance(node, acting) and node not in known for node in walk(statement))


def _alike(site: Site, group: Group) -> bool:
    """Whether the names of the ids say that they are for the same thing: `child_run_id`."""
    return _qualifier(site) == _qualifier(group.sites[0])


def _qualifier(site: Site) -> str:
    name = snake_case(site.binding.name or site.binding.by_key or "")
    if not name.endswith(str(site.kind)):
        return ""
    return _NEW.sub("", name.removesuffix(str(site.kind)))


def _canonical_code(code: str) -> str:
    return canonical(cst.parse_expression(code))


def _as_scope(node: cst.CSTNode) -> ScopeNode:
    assert isinstance(node, (cst.Module, *SCOPES))
    return node


def index_of(path: Sequence[cst.CSTNode], node: cst.CSTNode) -> int:
    """The index of a node, which is in the path, by identity."""
    return next(index for index, item in enumerate(path) if item is node)
