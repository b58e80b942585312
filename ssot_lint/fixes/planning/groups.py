"""Which new ids belong together: several kinds for one user, made in one run of a scope."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import libcst as cst

from ssot_lint.analysis.semantics.excerpt_view import ExcerptReachability, ScopeNode
from ssot_lint.analysis.syntax.libcst_nodes import (
    DEFERRING,
    REPEATING,
    SCOPES,
    access_path,
    all_params,
    canonical,
    leaves_block,
    walk,
)
from ssot_lint.fixes.file_context import FileContext
from ssot_lint.fixes.planning.guards import Block, why_apart
from ssot_lint.fixes.planning.replacement import Site
from ssot_lint.fixes.planning.users import Users, user_argument
from ssot_lint.fixes.refusal import Refusal
from ssot_lint.fixes.safety.forms import WIDEST
from ssot_lint.ids.call_arguments import is_context_class
from ssot_lint.ids.kinds import snake_case, without_new

_BLOCKS = (cst.IndentedBlock, cst.Module)

_FAR = "the ids stand too far apart for one call; make it where the first of them is made"
_INSIDE = "no statement can make the call where the ids are made"
_NOBODY = Refusal("the user may be None there; check who it is before ids are made")
_OUTSIDE = "outside functions, whatever reads the names may stand between"
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
    obstacle: Refusal | None = None
    """Why no call can come before the first of the sites; then all others are loose."""

    @property
    def why_loose(self) -> Refusal:
        """Why the call cannot serve the loose sites."""
        outside = isinstance(self.scope, cst.Module) and isinstance(self.block, cst.Module)
        return self.obstacle or Refusal(_OUTSIDE if outside else _FAR)

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
        if self.obstacle:
            self.loose += other.sites
        else:
            self.sites += other.sites
            self.lines += other.lines


class Grouper:
    """Finds the groups of one file."""

    def __init__(self, file: FileContext) -> None:
        self._file = file
        self._semantics = file.semantics
        self._ids = file.ids
        self._users = file.once(Users)
        self._nodes: dict[cst.CSTNode, list[cst.CSTNode]] = {}
        """The nodes of the sites in each scope."""
        self._calls: dict[ScopeNode, dict[str, list[cst.Call]]] = {}
        self._reach: dict[cst.CSTNode, ExcerptReachability] = {}
        self._beside: dict[cst.CSTNode, Group] = {}
        """The group in each call or dict."""

    def groups(self, sites: Sequence[Site]) -> list[Group]:
        """Groups of two sites or more, each site in one at most. `sites` are in order."""
        groups: list[Group] = []
        for site in sites:
            self._nodes.setdefault(self._semantics.scope_of(site.node), []).append(site.node)
        joinable = self._with_company(sites)
        for joining in (self._join_beside, self._join_scope):
            joined = {id(site) for group in groups for site in group.all_sites}
            for site in joinable:
                if id(site) not in joined:
                    joining(site, groups)
            groups = [group for group in groups if len(group.all_sites) > 1]
        return groups

    def _with_company(self, sites: Sequence[Site]) -> list[Site]:
        """The sites that share a scope, a call or a dict with another one.

        Most ids are alone, and to know the user at hand takes a look at the whole scope.
        """
        around: dict[int, set[cst.CSTNode]] = {}
        for site in filter(_may_join, sites):
            holder = self._users.holder(site)
            scope = self._semantics.scope_of(site.node)
            around[id(site)] = {scope} if holder is None else {scope, holder}
        count = Counter(node for nodes in around.values() for node in nodes)
        return [site for site in sites if any(count[node] > 1 for node in around.get(id(site), ()))]

    def _join_beside(self, site: Site, groups: list[Group]) -> None:
        """Group the site with those in the same call or dict."""
        start = self.candidate(site)
        if start is None:
            return
        holder = self._users.holder(site)
        group = self._beside.get(holder) if holder is not None else None
        if group is None:
            groups.append(start)
            if holder is not None:
                self._beside[holder] = start
        elif site.kind not in group.kinds and _alike(site, group):
            group.add(start)

    def _join_scope(self, site: Site, groups: list[Group]) -> None:
        """Group the site with those that the same run of its scope makes before it."""
        start = self.candidate(site)
        if start is None:
            return
        for group in reversed(groups):
            if group.scope is not start.scope or group.user != start.user:
                continue
            if not _fit(group, start) or self._are_of_two_contexts(group.sites[0], site):
                continue
            if not all(self._meet(member.node, site.node) for member in group.all_sites):
                continue
            if _NOBODY in (group.obstacle, start.obstacle):
                # Who tests the user for one id only does not make both for the same user.
                if group.obstacle == start.obstacle and self._share_user(group, start):
                    group.loose.append(site)
                    return
                continue
            if self._join(group, start):
                return
            if self._belongs(group, start):
                group.loose.append(site)
                return
        groups.append(start)

    def candidate(self, site: Site, user: str | None = None) -> Group | None:
        """The site as a group of its own, if a user is at hand."""
        line = self._semantics.statement_of(site.node)
        scope = self._semantics.scope_of(site.node)
        if not _may_join(site):
            return None
        if not isinstance(line, cst.BaseStatement):
            return None
        obstacle = self._obstacle(site, line, scope)
        user = user or self._users.at_hand(site, line, scope, beforehand=not obstacle)
        if user is None and not obstacle:
            user, obstacle = self._users.optional_at_hand(site, line, scope), _NOBODY
        if user is None:
            return None
        block = next(self._semantics.around(line, *_BLOCKS))
        return Group([site], user, [line], block, scope, obstacle=obstacle)

    def _obstacle(self, site: Site, line: cst.CSTNode, scope: cst.CSTNode) -> Refusal | None:
        """Why no context call before its statement could serve the site; None if one could."""
        if isinstance(scope, cst.ClassDef):
            return Refusal("in a class, new names would be attributes")
        if site.room is not None and site.room < WIDEST:
            # How long the ids of a context call become depends on the operation.
            return Refusal("what it is kept in has no room for an id of a context call")
        stands_apart = isinstance(line, cst.SimpleStatementLine)
        return None if stands_apart and self._runs_once(site.node, line) else Refusal(_INSIDE)

    def _runs_once(self, node: cst.CSTNode, line: cst.CSTNode) -> bool:
        """Whether the node is evaluated at most once when the statement runs."""
        for outer in self._semantics.around(node, *DEFERRING, cst.BaseStatement):
            if isinstance(outer, DEFERRING):
                return False
            if outer is line:
                return True
        return False

    def _join(self, group: Group, other: Group) -> bool:
        """Whether one call before both can serve them; then the group has taken the other in."""
        if group.obstacle or other.obstacle:
            return False
        block = self._common_block(group, other)
        if block is None:
            return False
        body = list(block.body)
        pairs = zip((*group.sites, *other.sites), (*group.lines, *other.lines), strict=True)
        # Those that stand in one call come first, though others may stand above it.
        ordered = sorted(
            ((site, self._statement_in(block, line)) for site, line in pairs),
            key=lambda pair: body.index(pair[1]),
        )
        sites, lines = [site for site, _ in ordered], [line for _, line in ordered]
        between = body[body.index(lines[0]) : body.index(lines[-1])]
        ids = [site.node for site in sites]
        if "." in group.user and not all(is_inert(part, but=ids) for part in between):
            return False  # an attribute may change in any code that runs
        root = group.user.partition(".")[0]
        if root in self._semantics.bound_by([*between, *lines]):
            return False
        # Guards that ask for the user stay around the call.
        if self._tests_user(lines, root) and not self._are_guards(lines, sites, block, root):
            return False
        if any(leaves_block(statement) for statement in between):
            return False
        group.block, group.lines, group.sites = block, lines, sites
        return True

    def _are_of_two_contexts(self, one: Site, other: Site) -> bool:
        """Whether two calls of context classes get them: each context has ids of its own."""
        holders = {self._users.holder(one), self._users.holder(other)}
        return len(holders) == 2 and all(map(self._is_context, holders))

    def _is_context(self, node: cst.CSTNode | None) -> bool:
        call = self._semantics.node_map.twin(node) if isinstance(node, cst.Call) else None
        return isinstance(call, ast.Call) and is_context_class(self._ids, call.func)

    def _share_user(self, group: Group, other: Group) -> bool:
        """Whether both stand behind the same guards, and the user is the same for both."""
        if group.block is not other.block:
            return False
        body = list(group.block.body)
        between = body[body.index(group.lines[0]) : body.index(other.lines[0])]
        is_left = any(leaves_block(statement) for statement in between)
        return not is_left and group.user not in self._semantics.bound_by(between)

    def _belongs(self, group: Group, other: Group) -> bool:
        """Whether one run of the scope makes both for the same user, though apart."""
        scope = _as_scope(group.scope)
        root = group.user.partition(".")[0]
        values = len(self._semantics.binders(root, scope))
        if isinstance(scope, (cst.FunctionDef, cst.Lambda)):
            values += sum(param.name.value == root for param in all_params(scope.params))
        return values < 2 and self._rounds_of(group) == self._rounds_of(other)

    def _rounds_of(self, group: Group) -> list[cst.CSTNode]:
        """The loops and comprehensions that make the ids anew each round."""
        below: cst.CSTNode = group.sites[0].node
        rounds: list[cst.CSTNode] = []
        for outer in self._semantics.ancestors(below):
            once = isinstance(outer, cst.For) and below is not outer.body
            if isinstance(outer, REPEATING) and not once and not isinstance(below, cst.Else):
                rounds.append(outer)
            below = outer
        return rounds

    def _common_block(self, group: Group, other: Group) -> Block | None:
        """The innermost block around both, if no loop, `try` or function lies between."""
        ours = self._blocks_around(group.lines[0])
        theirs = self._blocks_around(other.lines[0])
        return next((block for block in ours if any(block is b for b in theirs)), None)

    def _blocks_around(self, line: cst.BaseStatement) -> list[Block]:
        """The blocks around a line that run it when they run, or may."""
        blocks: list[Block] = []
        below: cst.CSTNode = line
        for outer in self._semantics.around(line, *_APART, cst.BaseSuite):
            is_tried = isinstance(outer, (cst.Try, cst.TryStar)) and below is outer.body
            if isinstance(outer, _APART) and not is_tried:
                break
            if isinstance(outer, cst.IndentedBlock):
                blocks.append(outer)
            below = outer
        return blocks

    def _statement_in(self, block: Block, line: cst.BaseStatement) -> cst.BaseStatement:
        """The statement of the block that is the line or holds it."""
        around = [line, *self._semantics.ancestors(line)]
        at = next(index for index, node in enumerate(around) if node is block)
        statement = around[at - 1]
        assert isinstance(statement, cst.BaseStatement)
        return statement

    def guards(self, group: Group) -> list[cst.If]:
        """For each site its `if`, if a call can stand inside of one around these; else nothing.

        Else the call is made in front of all, whether one of them wants an id or not.
        """
        root = group.user.partition(".")[0]
        if not self._are_guards(group.lines, group.sites, group.block, root):
            return []
        return [line for line in group.lines if isinstance(line, cst.If)]

    def _are_guards(
        self, lines: Sequence[cst.BaseStatement], sites: Sequence[Site], block: Block, root: str
    ) -> bool:
        made_in = [self._semantics.parent(self._line_of(site)) for site in sites]
        needed = {root: "the user changes"}
        return why_apart(lines, block, made_in, needed, self._file) is None

    def _line_of(self, site: Site) -> cst.CSTNode:
        line = self._semantics.statement_of(site.node)
        assert line is not None
        return line

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
        found: list[set[str]] = []
        calls = self._context_calls(_as_scope(group.scope))
        for call in calls.get(_canonical_code(group.user), []) if calls else ():
            if self._meet(call, group.sites[0].node):
                found.append(self._kinds_taken(call))
        for other in others:
            if (
                other.user == group.user
                and other.scope is group.scope
                and self._meet(other.sites[0].node, group.sites[0].node)
            ):
                found.append({str(kind) for kind in other.kinds})
        return set().union(*found) if found else None

    def _context_calls(self, scope: ScopeNode) -> dict[str, list[cst.Call]]:
        """The context calls of a scope, by the user that they are made for."""
        if scope not in self._calls:
            method = self._ids.settings.context_method
            calls = self._calls.setdefault(scope, {})
            for call in self._file.generator_calls.get(scope, []):
                if self._file.generator_method(call) == method:
                    calls.setdefault(canonical(user_argument(call)), []).append(call)
        return self._calls[scope]

    def _kinds_taken(self, call: cst.Call) -> set[str]:
        """The kinds of ids of a context call that get a name."""
        kinds = self._ids.settings.context_ids
        assign = self._semantics.parent(call)
        target = assign.targets[0].target if isinstance(assign, cst.Assign) else None
        if not isinstance(target, (cst.Tuple, cst.List)):
            return set(kinds)
        taken = [access_path(element.value) or "?" for element in target.elements]
        return {kind for kind, name in zip(kinds, taken, strict=False) if not name.startswith("_")}

    def _meet(self, one: cst.CSTNode, other: cst.CSTNode) -> bool:
        """Whether one run of their scope may reach both."""
        scope = _as_scope(self._semantics.scope_of(one))
        if scope not in self._reach:
            calls = self._file.generator_calls.get(scope, [])
            nodes = dict.fromkeys([*self._nodes.get(scope, []), *calls])
            self._reach[scope] = self._semantics.reachability(scope, nodes)
        return self._reach[scope].both(one, other)


def _may_join(site: Site) -> bool:
    """Whether one of several ids that a context call gives may stand there."""
    return site.kind is not None and site.wrap == ("", "") and not site.binding.deferred


def is_inert(statement: cst.CSTNode, but: Sequence[cst.CSTNode] = ()) -> bool:
    """Whether nothing that the statement runs can look at variables that it does not name.

    `but` are expressions that make ids, of which that is known.
    """
    acting = (cst.Call, cst.Await, cst.Yield, cst.BaseCompoundStatement, cst.Raise, cst.Return)
    known = {node for part in but for node in walk(part)}
    return not any(isinstance(node, acting) and node not in known for node in walk(statement))


def _fit(group: Group, other: Group) -> bool:
    """Whether both make ids of different kinds for the same thing."""
    return not other.kinds & group.kinds and _alike(other.sites[0], group)


def _alike(site: Site, group: Group) -> bool:
    """Whether the names of the ids say that they are for the same thing: `child_run_id`."""
    return _qualifier(site) == _qualifier(group.sites[0])


def _qualifier(site: Site) -> str:
    name = snake_case(site.binding.name or site.binding.by_key or "")
    if not name.endswith(str(site.kind)):
        return ""
    return without_new(name.removesuffix(str(site.kind)))


def _canonical_code(code: str) -> str:
    return canonical(cst.parse_expression(code))


def _as_scope(node: cst.CSTNode) -> ScopeNode:
    assert isinstance(node, (cst.Module, *SCOPES))
    return node
