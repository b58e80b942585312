"""What becomes of banned calls and ids built by hand: single calls, or one for several ids."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, combinations

import libcst as cst

from ssot_lint.analysis.semantics.bindings import assigned_in
from ssot_lint.analysis.syntax.ast_nodes import in_order
from ssot_lint.analysis.syntax.libcst_nodes import ACTING, REPEATING, SCOPES, access_path, walk
from ssot_lint.fixes.edits import Change, Draft, Remove, Replace
from ssot_lint.fixes.file_context import FileContext
from ssot_lint.fixes.new_code import Reference
from ssot_lint.fixes.planning.context_calls import ContextCalls
from ssot_lint.fixes.planning.groups import Group, Grouper
from ssot_lint.fixes.planning.kind_methods import KindMethods
from ssot_lint.fixes.planning.replacement import NO_NAME, Site, Sites
from ssot_lint.fixes.planning.users import Users, user_argument
from ssot_lint.fixes.refusal import Refusal
from ssot_lint.ids.makers import GIVING_TEXT
from ssot_lint.ids.strings.hand_built import BuiltIds
from ssot_lint.ids.uses.fallbacks import Fallback, Fallbacks
from ssot_lint.ids.uses.other_makers import OtherMade
from ssot_lint.model.wording import listed

RIVAL = Refusal(
    "another context call for the user gives ids in this scope; unpack it from that one"
)


_SIZED = Refusal("what it is handed may say how long it is")
_HARD_TO_GUESS = Refusal("made with `secrets`, it may have to be hard to guess")
_ELSEWHERE = Refusal("the ids are made elsewhere, or say less than those did")


@dataclass(eq=False)
class _Rewrite:
    """What becomes of one banned call, hand-built string or call of the id method."""

    start: cst.BaseExpression
    sites: list[Site]
    removals: list[Remove] = field(default_factory=list)
    is_made: bool = False
    """Whether the generator makes the id already, by a call for this id alone."""


@dataclass(frozen=True)
class Piecemeal:
    """Context ids of one user that single calls make."""

    calls: list[cst.Call]
    """In order; the finding stands at the first."""
    kinds: tuple[str, ...]
    fix: Draft | Refusal


class _Attempts:
    """Whom each `try` of a file makes ids for, found once: it may have a thousand handlers."""

    def __init__(self, file: FileContext) -> None:
        self._file = file
        self._users: dict[ast.Try, str | None] = {}

    def user_of(self, attempt: ast.Try) -> str | None:
        """The user that the `try` makes ids for."""
        if attempt not in self._users:
            self._users[attempt] = self._find(attempt)
        return self._users[attempt]

    def _find(self, attempt: ast.Try) -> str | None:
        file, method = self._file, self._file.ids.settings.context_method
        for node in file.semantics.node_map.known(in_order(attempt), cst.Call):
            if file.generator_method(node) == method:
                path = access_path(user_argument(node))
                return path if path not in ("None", "True", "False") else None
        return None


class Planner:
    """Plans the rewrites of one file: of banned calls, hand-built ids and piecemeal ids."""

    def __init__(self, file: FileContext) -> None:
        self._file = file
        self._semantics = file.semantics
        self._ids = file.ids
        self._sites = Sites(file)
        self._grouper = Grouper(file)
        self._calls = ContextCalls(file, self._grouper)
        self._groups: list[Group] = []
        self._grouped: dict[int, Group] = {}
        """The group of each site that belongs to one, by the identity of the site."""
        self._made: set[int] = set()
        """The sites whose ids the generator makes already, by identity."""
        self._plans: dict[cst.CSTNode, Draft | Refusal] = {}
        self._piecemeal: list[Piecemeal] = []
        self._is_done = False

    def plan_for(self, start: cst.CSTNode) -> Draft | Refusal | None:
        """The draft for a banned call or a string built by hand, or why there is none."""
        if not self._file.plans_fixes:
            return None
        self._plan_all()
        return self._plans.get(start)

    @property
    def piecemeal(self) -> Sequence[Piecemeal]:
        """The ids that single calls of the generator make for one user."""
        if self._made_singly() > 1:
            self._plan_all()
        return self._piecemeal

    def _made_singly(self) -> int:
        """How many calls of the id method the file has."""
        calls = chain.from_iterable(self._file.generator_calls.values())
        return list(map(self._file.generator_method, calls)).count(self._ids.settings.id_method)

    def _plan_all(self) -> None:
        if self._is_done:
            return
        self._is_done = True
        rewrites = list(self._rewrites())
        self._made = {id(s) for rewrite in rewrites if rewrite.is_made for s in rewrite.sites}
        by_site = {id(site): rewrite for rewrite in rewrites for site in rewrite.sites}
        related = list(self._group(by_site))
        if self._file.plans_fixes:
            self._draft_all(rewrite for rewrite in rewrites if rewrite.start not in self._plans)
        for group in related:
            plan = self._plans.get(by_site[id(group.sites[0])].start) or group.why_loose
            self._note_piecemeal(group, group.why_loose if group.loose else plan)

    def _draft_all(self, rewrites: Iterable[_Rewrite]) -> None:
        for component in self._components(rewrites):
            if len(component) > 1 or not component[0].is_made:
                draft = self._draft(component)
                self._plans.update(dict.fromkeys((r.start for r in component), draft))

    def _rewrites(self) -> Iterator[_Rewrite]:
        """What can be rewritten, in the order of the source. Reasons go to the plans."""
        built = dict.fromkeys(self._built())
        for node in self._semantics.nodes_of(*_MAKING_IDS):
            rewrite: _Rewrite | Refusal | None = None
            if node in built or self._is_free_call(node):
                rewrite = self._rewrite_of(node)
            elif isinstance(node, cst.Call):
                made = self._sites.of_id_call(node)
                rewrite = _Rewrite(node, [made], is_made=True) if made is not None else None
            if isinstance(rewrite, Refusal):
                self._plans[node] = rewrite
            elif rewrite is not None:
                yield rewrite

    def _rewrite_of(self, node: cst.CSTNode) -> _Rewrite | Refusal:
        """The rewrite of a call or string of which OST101 or OST104 speaks, or the reason."""
        if self._ids.once(Fallbacks).covers(self._twin(node)):
            return Refusal("it stands in a fallback, which OST103 rewrites as a whole")
        if isinstance(node, cst.Call) and self._is_free_call(node):
            return self._rewrite(node)
        assert isinstance(node, cst.BaseExpression)
        site = self._sites.of_hand_built(node)
        return _Rewrite(node, [site]) if isinstance(site, Site) else site

    def _built(self) -> Iterable[cst.CSTNode]:
        if "OST104" not in self._ids.codes:
            return ()
        found = chain.from_iterable(map(self._ids.once(BuiltIds).in_, self._semantics.parts))
        return (node for node in self._known(found) if self._is_free("OST104", node))

    def _known(self, found: Iterable[ast.expr]) -> Iterator[cst.BaseExpression]:
        """Those of some expressions that the excerpt has."""
        nodes = map(self._semantics.node_map.node_of, found)
        return (node for node in nodes if isinstance(node, cst.BaseExpression))

    def _twin(self, node: cst.CSTNode) -> ast.expr:
        twin = self._semantics.node_map.twin(node)
        assert isinstance(twin, ast.expr)
        return twin

    def _is_free_call(self, node: cst.CSTNode) -> bool:
        """Whether OST101 or OST105 speaks of the call."""
        code = self._code_of(node)
        return code is not None and code in self._ids.codes and self._is_free(code, node)

    def _code_of(self, node: cst.CSTNode) -> str | None:
        """The rule that is about calls such as this one."""
        if not isinstance(node, cst.Call):
            return None
        banned = self._file.banned_call(node)
        if banned is not None:
            return "OST101" if self._file.fixes(banned) else None
        return "OST105" if self._file.other_made(node) is not None else None

    def _is_free(self, code: str, node: cst.CSTNode) -> bool:
        """Whether neither a comment nor another rule takes the word from the rule of a code."""
        file = self._file
        return not file.is_superseded(code, node) and not file.is_suppressed(code, node)

    def _group(self, by_site: Mapping[int, _Rewrite]) -> list[Group]:
        """Find the groups, and keep those that one context call can serve.

        What is no part of such a call, though it belongs to one, must not get a call of its own:
        it gets a reason instead. So does what is left alone by that: half of a context would come
        from the generator.
        """
        related: list[Group] = []
        if not self._ids.settings.context_method:
            return related
        sites = {id(site): site for rewrite in by_site.values() for site in rewrite.sites}
        for group in self._grouper.groups(list(sites.values())):
            others = self._grouper.rival(group, related)
            if others is None:
                related.append(group)
                left = group.loose if len(group.sites) > 1 else group.all_sites
                self._refuse(left if group.loose else (), by_site, group.why_loose)
            elif others.isdisjoint(group.kinds):
                # Where others hold ids of the same kinds, the scope wants a second set of them.
                self._note_piecemeal(group, RIVAL)
                self._refuse(group.all_sites, by_site, RIVAL)
        self._choose(
            group
            for group in related
            if len(group.sites) > 1
            and not any(by_site[id(site)].start in self._plans for site in group.sites)
        )
        return related

    def _choose(self, groups: Iterable[Group]) -> None:
        """Have one context call made for each of the groups."""
        self._groups = list(groups)
        self._grouped = {id(site): group for group in self._groups for site in group.sites}

    def _refuse(self, sites: Iterable[Site], by_site: Mapping[int, _Rewrite], why: Refusal) -> None:
        for rewrite in (by_site[id(site)] for site in sites):
            if not rewrite.is_made:
                self._plans[rewrite.start] = why

    def _note_piecemeal(self, group: Group, fix: Draft | Refusal) -> None:
        made = [site for site in group.all_sites if id(site) in self._made]
        if len(made) > 1:
            kinds = tuple(str(site.kind) for site in made)
            calls = [site.place for site in made if isinstance(site.place, cst.Call)]
            self._piecemeal.append(Piecemeal(calls, kinds, fix))

    def plan_fallback(self, fallback: Fallback) -> Draft | Refusal:
        """The draft for a fallback: one context call for emergencies, or single ids.

        Or the reason why there is none.
        """
        if fallback.attempt is None:
            return Refusal("the generator may be missing here; import it unconditionally")
        inside = chain.from_iterable(map(in_order, fallback.region))
        made = self._semantics.node_map.known(inside, cst.Call)
        calls = [call for call in made if self._file.banned_call(call) is not None]
        rewrites: list[_Rewrite] = []
        for call in calls:
            rewrite = self._rewrite(call)
            if isinstance(rewrite, Refusal):
                return rewrite
            rewrites.append(rewrite)
        sites = {site.node: site for rewrite in rewrites for site in rewrite.sites}
        for built in self._known(fallback.built):
            parts = set(walk(built))
            if not any(node in parts or built in set(walk(node)) for node in sites):
                site = self._sites.of_hand_built(built)
                if isinstance(site, Refusal):
                    return site
                sites[built] = site
                rewrites.append(_Rewrite(built, [site]))
        self._join_emergency(list(sites.values()), fallback)
        return self._draft(rewrites)

    def _join_emergency(self, sites: Sequence[Site], fallback: Fallback) -> None:
        """Group the context ids that the handler itself sets, each kind once."""
        user = self._attempted_user(fallback.attempt)
        if not sites or user is None or not all(self._is_bound(user, site) for site in sites):
            return  # it may be what failed
        rebound = assigned_in(fallback.region)
        if user in rebound or self._file.once(Users).is_doubted(user, sites[0]):
            return
        group: Group | None = None
        for site in sites:
            candidate = self._grouper.candidate(site, user)
            if candidate is None or candidate.obstacle:
                continue
            if tuple(self._semantics.node_map.statements(candidate.block.body)) != fallback.region:
                continue
            if group is None:
                group = candidate
            elif site.kind not in group.kinds and candidate.user == group.user:
                group.add(candidate)
        if group is not None:
            group.is_emergency = True
            self._choose([group])

    def _is_bound(self, name: str, site: Site) -> bool:
        """Whether a name is sure to hold a value: a local one, or one of the module."""
        scopes = self._semantics.around(site.node, *SCOPES)
        if any(name in self._semantics.names.local_names(scope) for scope in scopes):
            return name in self._semantics.names.place(site.place).bound
        return name.isidentifier()

    def _attempted_user(self, attempt: ast.Try | None) -> str | None:
        """The user that the `try` makes ids for."""
        return self._file.once(_Attempts).user_of(attempt) if attempt is not None else None

    # One call

    def _rewrite(self, call: cst.Call) -> _Rewrite | Refusal:
        made = self._file.other_made(call)
        if made is not None:
            return self._rewrite_of_other(call, made)
        tangled = self._tangled(call)
        if tangled is not None:
            return tangled
        banned = self._file.banned_call(call) or ""
        site = self._sites.of(call, call.func, is_text=banned in GIVING_TEXT)
        if isinstance(site, Site) and banned.startswith("secrets."):
            site = replace(site, doubt=site.doubt or _HARD_TO_GUESS)
        if isinstance(site, Site) and call.args and not banned.startswith("uuid."):
            if not all(isinstance(arg.value, cst.Integer) for arg in call.args):
                return Refusal("what it is handed may say what it makes")
            site = replace(site, doubt=site.doubt or _SIZED)
        if isinstance(site, Site) and site.doubt is None:
            return _Rewrite(call, [site])
        through_variable = self._through_variable(call)
        if isinstance(through_variable, _Rewrite):
            all_ids = all(s.doubt is None for s in through_variable.sites)
            # What is handed on as it is was not made into an id there.
            all_made = all(s.head or s.doubt is None for s in through_variable.sites)
            # Why the carrier is no id matters no longer when it goes.
            if all_ids or (isinstance(site, Refusal) and all_made):
                return through_variable
            through_variable = None
        if isinstance(site, Refusal):
            return through_variable if site == NO_NAME and through_variable else site
        return _Rewrite(call, [site])

    def _rewrite_of_other(self, call: cst.Call, made: OtherMade) -> _Rewrite | Refusal:
        """The rewrite of a call of another maker."""
        if any(isinstance(node, ACTING) for arg in call.args for node in walk(arg)):
            return Refusal("what it is handed runs code")
        if made.is_other:
            return Refusal("it gives no `str`")
        site = self._sites.of(call, call, is_text=True)
        if isinstance(site, Refusal):
            return site
        doubt = site.doubt or _doubt_of_other(call, made) or _doubt_of_head(site, made)
        return _Rewrite(call, [replace(site, doubt=doubt)])

    def _tangled(self, call: cst.Call) -> Refusal | None:
        """Why the call cannot go without leaving something behind that nobody uses."""
        root: cst.BaseExpression = call.func
        while isinstance(root, cst.Attribute):
            root = root.value
        if any(isinstance(node, cst.NamedExpr) for node in walk(root)):
            return Refusal("the function gets a name on the way")
        node = self._semantics.node_map.twin(root)
        if not isinstance(node, ast.Name):
            return None
        obstacle = self._file.new_code.imports.obstacle_to_losing(node, self._semantics.model)
        if obstacle is not None and node.id in self._semantics.names.aliases:
            return Refusal(f"it is called through the alias `{node.id}`")
        return obstacle

    def _through_variable(self, call: cst.Call) -> _Rewrite | Refusal | None:
        """The rewrite of a uuid that a local variable carries to the ids made of it.

        None when it is not of that shape.
        """
        value = self._sites.value_of(call, is_text=False)
        if isinstance(value, Refusal):
            return None
        assign = self._semantics.parent(value.node)
        line = self._semantics.parent(assign) if assign is not None else None
        block = self._semantics.parent(line) if line is not None else None
        target = _only_target(assign)
        if not (
            isinstance(assign, (cst.Assign, cst.AnnAssign))
            and isinstance(target, cst.Name)
            and isinstance(line, cst.SimpleStatementLine)
            and isinstance(block, cst.IndentedBlock)
        ):
            return None
        scope = self._semantics.scope_of(assign)
        if not isinstance(scope, cst.FunctionDef):
            return None
        loads = self._loads(target, scope)
        if not loads:
            return None
        if any(self._repeats(load, line) for load in loads):
            return Refusal(f"`{target.value}` serves several times")
        sites: dict[cst.CSTNode, Site] = {}
        for load in loads:
            site = self._sites.of(
                load, call.func, is_text=value.is_text, taken=value.taken, also=loads
            )
            if isinstance(site, Refusal):
                if not _is_clause(site.reason):
                    return site
                return replace(site, reason=f"`{target.value}` is used where {site.reason}")
            if len(loads) > 1 and not (site.head or _is_cut(self._file, load)):
                return Refusal(f"`{target.value}` is one id that serves in several places")
            sites.setdefault(site.node, site)
        if self._makes_one_twice(sites, scope):
            return Refusal(f"`{target.value}` makes the same id in several places")
        if any(self._file.is_suppressed("OST101", site.node) for site in sites.values()):
            return Refusal("a suppressed line uses it")
        return _Rewrite(call, list(sites.values()), [Remove(assign, line, block)])

    def _makes_one_twice(self, sites: Mapping[cst.CSTNode, Site], scope: cst.FunctionDef) -> bool:
        """Whether one run of the scope reads the same id in two places."""
        by_prefix: dict[str, list[cst.CSTNode]] = {}
        for node, site in sites.items():
            by_prefix.setdefault(site.prefix, []).append(node)
        pairs = [pair for nodes in by_prefix.values() for pair in combinations(nodes, 2)]
        if not pairs:
            return False
        reached = self._semantics.reachability(scope, dict.fromkeys(sites))
        return any(reached.both(*pair) for pair in pairs)

    def _repeats(self, load: cst.CSTNode, line: cst.CSTNode) -> bool:
        """Whether the load may run more often than the statement that made the value."""
        around = set(self._semantics.around(line, *REPEATING))
        return any(outer not in around for outer in self._semantics.around(load, *REPEATING))

    def _loads(self, target: cst.Name, scope: cst.FunctionDef) -> list[cst.Name]:
        """Where the variable is read, when it holds nothing but the value of `target` there."""
        uses = self._semantics.uses(scope)
        loads = uses.of(target)
        if not self._semantics.is_own(target, scope):
            return []
        return loads if all(uses.sources(load) == {target} for load in loads) else []

    # Drafts

    def _components(self, rewrites: Iterable[_Rewrite]) -> Iterator[list[_Rewrite]]:
        """Rewrites that share a group belong together."""
        pending: list[_Rewrite] = []
        sharing: dict[int, list[int]] = {}
        """For each group, the places in `pending` of the rewrites with a site of it."""
        for rewrite in rewrites:
            groups = self._groups_of(rewrite)
            for group in groups:
                sharing.setdefault(group, []).append(len(pending))
            if groups:
                pending.append(rewrite)
            else:
                yield [rewrite]
        taken: set[int] = set()
        for first in range(len(pending)):
            if first in taken:
                continue
            component = [first]
            taken.add(first)
            for place in component:
                groups = self._groups_of(pending[place])
                linked = {other for group in groups for other in sharing[group]} - taken
                component.extend(sorted(linked))
                taken |= linked
            yield [pending[place] for place in component]

    def _groups_of(self, rewrite: _Rewrite) -> set[int]:
        """The groups, by identity, that sites of a rewrite belong to."""
        known = (self._grouped.get(id(site)) for site in rewrite.sites)
        return {id(group) for group in known if group is not None}

    def _draft(self, component: Sequence[_Rewrite]) -> Draft | Refusal:
        changes: list[Change] = []
        references: list[Reference] = []
        called: list[str] = []
        told: set[str] = set()
        sites = [site for rewrite in component for site in rewrite.sites]
        wanted = set().union(*map(self._groups_of, component))
        groups = [group for group in self._groups if id(group) in wanted]
        grouped = {id(site) for group in groups for site in group.sites}
        for group in groups:
            reference = self._context_at(group.sites[0].place, self._calls.operation(group))
            if isinstance(reference, Refusal):
                return reference
            if reference.code.partition(".")[0] in self._semantics.bound_by(group.lines):
                return Refusal(
                    "the generator is imported below the place of a call for all of them"
                )
            references.append(reference)
            changes.extend(self._calls.changes(group, reference))
        for site in sites:
            if id(site) in grouped or id(site) in self._made:
                continue
            call = self._file.once(KindMethods).call_for(site)
            if isinstance(call, Refusal):
                return call
            reference = self._file.new_code.generator_at(site.place, call.method, call.shape)
            if isinstance(reference, Refusal):
                return reference
            references.append(reference)
            called.append(call.method)
            code = f"{reference.method(call.method)}({call.arguments})"
            told.add(f"`{code}`")
            changes.append(Replace(site.node, site.code(code)))
        changes.extend(removal for rewrite in component for removal in rewrite.removals)
        changes.extend(self.helpers([site.node for site in sites], changes))
        doubts = [
            self._sites.doubt_of_made(site) if id(site) in self._made else site.doubt
            for site in sites
        ]
        doubts += [None if self._calls.is_safe(group) else _ELSEWHERE for group in groups]
        settings = self._ids.settings
        method = settings.context_method if groups else next(iter(called), settings.id_method)
        message = f"call `{settings.shown(method)}`"
        doubt = next(filter(None, doubts), None)
        draft = self._file.draft(message, changes, references, doubt=doubt)
        for group, reference in zip(groups, references, strict=False):  # theirs come first
            kinds = listed(sorted(map(str, group.kinds)))
            told.add(f"`{self._calls.call(group, reference)}` once for {kinds}")
        only = told.pop() if len(told) == 1 else ""
        single = (site for site in sites if id(site) not in grouped and id(site) not in self._made)
        return replace(draft, advice=only, makes=tuple(site.new_id for site in single))

    def _context_at(self, place: cst.CSTNode, operation: str) -> Reference | Refusal:
        """How code at a place can name the generator for a context call, or why it cannot."""
        if self._ids.api.context_remark:
            return Refusal(self._ids.api.context_remark)
        method = self._ids.settings.context_method
        shape = self._ids.api.shape_of_context(method).handing(None, operation)
        return self._file.new_code.generator_at(place, method, shape)

    def helpers(
        self, replaced: Sequence[cst.CSTNode], changes: Sequence[Change]
    ) -> Iterator[Remove]:
        """The assignments of times and uuids that only the replaced expressions read.

        And those that only such an assignment reads.
        """
        kept = " ".join(c.code for c in changes if isinstance(c, Replace))
        pending = [node for root in replaced for node in walk(root)]
        inside = set(pending)
        gone = {change.statement for change in changes if isinstance(change, Remove)}
        for load in pending:
            scope = self._semantics.scope_of(load)
            if not isinstance(load, cst.Name) or not isinstance(scope, cst.FunctionDef):
                continue
            if re.search(rf"\b{load.value}\b", kept):
                continue
            if load.value not in self._semantics.names.local_names(scope):
                continue  # declared global
            uses = self._semantics.uses(scope)
            for target in uses.sources(load):
                removal = self._removal(target)
                if removal is None or removal.statement in gone or load.value in uses.captured:
                    continue
                if isinstance(target, cst.Name) and inside.issuperset(uses.of(target)):
                    gone.add(removal.statement)
                    yield removal
                    removed = list(walk(removal.statement))
                    inside.update(removed)
                    pending += removed

    def _removal(self, target: cst.CSTNode) -> Remove | None:
        """The removal of an assignment that does nothing but read a clock or make a uuid."""
        assign = self._semantics.parent(target)
        if isinstance(assign, cst.AssignTarget):
            assign = self._semantics.parent(assign)
        line = self._semantics.parent(assign) if assign is not None else None
        block = self._semantics.parent(line) if line is not None else None
        if (
            isinstance(assign, (cst.Assign, cst.AnnAssign))
            and assign.value is not None
            and (isinstance(assign, cst.AnnAssign) or len(assign.targets) == 1)
            and isinstance(line, cst.SimpleStatementLine)
            and isinstance(block, cst.IndentedBlock)
            and self._is_spent(assign.value)
        ):
            return Remove(assign, line, block)
        return None

    def _is_spent(self, value: cst.BaseExpression) -> bool:
        """Whether the value is of no use but to make ids different."""
        return self._sites.is_uuid(value) or self._ids.once(BuiltIds).is_random(self._twin(value))


# What may be a banned call, or a string that is put together.
_MAKING_IDS: tuple[type[cst.BaseExpression], ...] = (
    cst.BaseString,
    cst.BinaryOperation,
    cst.Call,
    cst.Subscript,
)


def _is_cut(file: FileContext, load: cst.CSTNode) -> bool:
    """Whether only a piece of the value is read there, or it is built into a string."""
    parent = file.semantics.parent(load)
    if isinstance(parent, cst.Attribute):
        parent = file.semantics.parent(parent)
    return isinstance(parent, (cst.Subscript, cst.FormattedStringExpression, cst.BinaryOperation))


def _is_clause(reason: str) -> bool:
    return reason.startswith(("it ", "its ", "nothing ", "the "))


def _doubt_of_other(call: cst.Call, made: OtherMade) -> Refusal | None:
    """Why an id of the generator may mean something else than one that another maker makes."""
    if call.args:
        return Refusal("it is made of what the call is handed")
    if any(isinstance(node, ACTING) for node in walk(call.func)):
        return Refusal("what it is called on is made there")
    if made.read_by:
        return Refusal(f"`{made.read_by}` takes such ids apart")
    if not made.is_text:
        return Refusal("nothing says that it is a `str`")
    return None if made.is_pure else Refusal(f"`{made.maker}` may do more than make the id")


def _doubt_of_head(site: Site, made: OtherMade) -> Refusal | None:
    """Why what begins with a prefix of the generator may be looked for in vain, or not be found."""
    if made.head is None or site.constant_prefix is None:
        return Refusal("nothing says what its ids begin with")
    begins = f"{site.constant_prefix}_"
    is_same = begins.startswith(made.head) or made.head.startswith(begins)
    return None if is_same else Refusal(f"its ids begin with `{made.head}`")


def _only_target(assign: cst.CSTNode | None) -> cst.BaseExpression | None:
    """The target of an assignment that has but one."""
    match assign:
        case cst.Assign(targets=[only]):
            return only.target
        case cst.AnnAssign(target=target):
            return target
    return None
