"""Which uuid calls are rewritten, each by itself or several into one context call."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import libcst as cst

from ssot_lint.edits import Change, Draft, InsertBefore, Remove, Replace
from ssot_lint.fallbacks import Fallback
from ssot_lint.flow import all_params
from ssot_lint.generator_api import ONE_PREFIX, USER_AND_OPERATION, Shape
from ssot_lint.ids import kind_of, snake_case, without_word
from ssot_lint.model import Safety
from ssot_lint.rule import FileContext, Reference
from ssot_lint.sites import NO_NAME, Site, Sites
from ssot_lint.templates import code_of
from ssot_lint.tree import SCOPES, access_path, canonical, walk
from ssot_lint.users import user_argument

_OPTIONAL = re.compile(r"\b(Optional|None)\b")
_BY_KEYWORD = Shape(keywords=("user_id", "operation"))
_LEAVES = (cst.Return, cst.Raise, cst.Continue, cst.Break)


@dataclass(eq=False)
class _Rewrite:
    """What becomes of one banned call."""

    call: cst.Call | None
    """None for a string built by hand."""
    sites: list[Site]
    removals: list[Remove] = field(default_factory=list)


@dataclass(eq=False)
class _Group:
    """Sites that one context call serves."""

    sites: list[Site]
    user: str
    lines: list[cst.SimpleStatementLine]
    block: cst.IndentedBlock | cst.Module
    scope: cst.CSTNode
    is_emergency: bool = False

    def add(self, other: _Group) -> None:
        self.sites += other.sites
        self.lines += other.lines

    @property
    def kinds(self) -> set[str | None]:
        return {site.kind for site in self.sites}


class Planner:
    """Plans the rewrites of the banned calls of one file."""

    def __init__(self, file: FileContext) -> None:
        self._file = file
        self._sites = Sites(file)
        self._groups: list[_Group] = []
        self._attributes: dict[cst.CSTNode, list[tuple[cst.Attribute, str]]] = {}

    def plan(self, calls: Iterable[cst.Call]) -> dict[cst.Call, Draft | str]:
        """A draft for each call, or the reason why there is none."""
        plans: dict[cst.Call, Draft | str] = {}
        rewrites: list[_Rewrite] = []
        for call in calls:
            rewrite = self._rewrite(call)
            if isinstance(rewrite, str):
                plans[call] = rewrite
            else:
                rewrites.append(rewrite)
        sites = [site for rewrite in rewrites for site in rewrite.sites]
        for joining in (self._join_beside, self._join_neighbours):
            joined = {id(site) for group in self._groups for site in group.sites}
            for site in sites:
                if id(site) not in joined:
                    joining(site)
            self._groups = [group for group in self._groups if self._is_worth(group)]
        self._keep_apart()
        for component in self._components(rewrites):
            draft = self._draft(component)
            plans.update((r.call, draft) for r in component if r.call is not None)
        return plans

    def plan_fallback(self, fallback: Fallback) -> Draft | str:
        """The draft for a fallback: one context call for emergencies, or single ids.

        Or the reason why there is none.
        """
        if fallback.attempt is None:
            return "the generator may be missing here; import it unconditionally"
        calls = [
            node
            for part in fallback.region
            for node in walk(part)
            if isinstance(node, cst.Call) and self._file.names.banned(node.func) is not None
        ]
        rewrites: list[_Rewrite] = []
        for call in calls:
            rewrite = self._rewrite(call)
            if isinstance(rewrite, str):
                return rewrite
            rewrites.append(rewrite)
        sites = {site.node: site for rewrite in rewrites for site in rewrite.sites}
        for built in fallback.built:
            inside = set(walk(built))
            if not any(node in inside or built in set(walk(node)) for node in sites):
                site = self._sites.of_hand_built(built)
                if isinstance(site, str):
                    return site
                sites[built] = site
                rewrites.append(_Rewrite(None, [site]))
        self._join_emergency(list(sites.values()), fallback)
        return self._draft(rewrites)

    def _join_emergency(self, sites: Sequence[Site], fallback: Fallback) -> None:
        """Group the context ids that the handler itself sets, each kind once."""
        user = self._attempted_user(fallback.attempt)
        if not sites or user is None or not all(self._is_bound(user, site) for site in sites):
            return  # it may be what failed
        rebound = {name for part in fallback.region for name in names_bound_in(part)}
        if user in rebound or self._may_be_none(user, self._file.scope_of(sites[0].node)):
            return
        group: _Group | None = None
        for site in sites:
            candidate = self._candidate(site, user)
            if candidate is None or candidate.block not in fallback.region:
                continue
            if group is None:
                group = candidate
            elif site.kind not in group.kinds and candidate.user == group.user:
                group.add(candidate)
        if group is not None:
            group.is_emergency = True
            self._groups = [group]

    def _is_bound(self, name: str, site: Site) -> bool:
        """Whether a name is sure to hold a value: a local one, or one of the module."""
        scopes = [n for n in self._file.ancestors(site.node) if isinstance(n, SCOPES)]
        if any(name in self._file.names.local_names(scope) for scope in scopes):
            return name in self._file.names.place(site.place).bound
        return name.isidentifier()

    def _attempted_user(self, attempt: cst.CSTNode | None) -> str | None:
        """The user that the `try` makes ids for."""
        names, method = self._file.names, self._file.settings.context_method
        for node in walk(attempt) if attempt is not None else ():
            if isinstance(node, cst.Call) and names.generator_method(node) == method:
                return access_path(user_argument(node))
        return None

    def _is_worth(self, group: _Group) -> bool:
        """Whether the group has several ids, of which one at least is made in any case."""
        return len(group.sites) > 1 and any(
            self._file.is_certain(site.node, line)
            for site, line in zip(group.sites, group.lines, strict=True)
        )

    # One call

    def _rewrite(self, call: cst.Call) -> _Rewrite | str:
        reason = self._tangled(call)
        if reason is not None:
            return reason
        site = self._sites.of(call, call.func)
        if isinstance(site, Site) and site.safety is Safety.SAFE:
            return _Rewrite(call, [site])
        through_variable = self._through_variable(call)
        if isinstance(through_variable, _Rewrite):
            all_ids = all(s.safety is Safety.SAFE for s in through_variable.sites)
            # What is handed on as it is was not made into an id there.
            all_made = all(s.head or s.safety is Safety.SAFE for s in through_variable.sites)
            if all_ids or (site == NO_NAME and all_made):
                return through_variable
            through_variable = None
        if isinstance(site, str):
            return through_variable if site == NO_NAME and through_variable else site
        return _Rewrite(call, [site])

    def _tangled(self, call: cst.Call) -> str | None:
        """Why the call cannot go without leaving something behind that nobody uses."""
        root: cst.BaseExpression = call.func
        while isinstance(root, cst.Attribute):
            root = root.value
        if any(isinstance(node, cst.NamedExpr) for node in walk(root)):
            return "the function gets a name on the way"
        if not isinstance(root, cst.Name):
            return None
        if root.value in self._file.names.aliases:
            return f"it is called through the alias `{root.value}`"
        if not self._file.imports.is_plain(root.value):
            return f"`{root.value}` is not imported once and for all"
        return None

    def _through_variable(self, call: cst.Call) -> _Rewrite | str | None:
        """The rewrite of a uuid that a local variable carries to the ids made of it.

        None when it is not of that shape.
        """
        value = self._sites.value_of(call, is_text=False)
        if isinstance(value, str):
            return None
        assign = self._file.parent(value.node)
        line = self._file.parent(assign) if assign is not None else None
        block = self._file.parent(line) if line is not None else None
        if not (
            isinstance(assign, cst.Assign)
            and isinstance(line, cst.SimpleStatementLine)
            and isinstance(block, cst.IndentedBlock)
            and len(assign.targets) == 1
        ):
            return None
        target = assign.targets[0].target
        scope = self._file.scope_of(assign)
        if not isinstance(target, cst.Name) or not isinstance(scope, cst.FunctionDef):
            return None
        loads = self._loads(target, scope)
        if not loads:
            return None
        if any(self._repeats(load, line) for load in loads):
            return f"`{target.value}` serves several times"
        sites: dict[cst.CSTNode, Site] = {}
        for load in loads:
            site = self._sites.of(
                load, call.func, is_text=value.is_text, taken=value.taken, also=loads
            )
            if isinstance(site, str):
                return f"`{target.value}` is used where {site}" if _is_clause(site) else site
            if len(loads) > 1 and not (site.head or _is_cut(self._file, load)):
                return f"`{target.value}` is one id that serves in several places"
            sites.setdefault(site.node, site)
        prefixes = [site.prefix for site in sites.values()]
        if len(set(prefixes)) < len(prefixes):
            return f"`{target.value}` makes the same id in several places"
        if any(self._file.is_suppressed("OST101", site.node) for site in sites.values()):
            return "a suppressed line uses it"
        return _Rewrite(call, list(sites.values()), [Remove(assign, line, block)])

    def _repeats(self, load: cst.CSTNode, line: cst.CSTNode) -> bool:
        """Whether the load may run more often than the statement that made the value."""
        around = set(self._file.ancestors(line))
        repeating = (cst.For, cst.While, cst.BaseComp, cst.CompFor, cst.GeneratorExp, cst.Lambda)
        return any(
            isinstance(outer, repeating) and outer not in around
            for outer in self._file.ancestors(load)
        )

    def _loads(self, target: cst.Name, scope: cst.FunctionDef) -> list[cst.Name]:
        """Where the variable is read, when it holds nothing but the value of `target` there."""
        uses = self._file.uses(scope)
        loads = uses.of(target)
        is_local = target.value in self._file.names.local_names(scope)
        if target.value in uses.captured or not is_local:
            return []
        return loads if all(uses.sources(load) == {target} for load in loads) else []

    # Several in one

    def _join_beside(self, site: Site) -> None:
        """Group the site with those in the same call or dict."""
        start = self._candidate(site)
        if start is None:
            return
        holder = self._holder(site)
        for group in self._groups:
            if holder is not None and self._holder(group.sites[0]) is holder:
                if site.kind not in group.kinds:
                    group.add(start)
                return
        self._groups.append(start)

    def _join_neighbours(self, site: Site) -> None:
        """Group the site with those in the statements before it."""
        start = self._candidate(site)
        if start is None:
            return
        for group in reversed(self._groups):
            if group.block is start.block:
                if group.user == start.user and self._fits(site, start.lines[0], group):
                    group.add(start)
                    return
                break
        self._groups.append(start)

    def _candidate(self, site: Site, user: str | None = None) -> _Group | None:
        """The site as a group of its own, if a context call before its statement could serve it."""
        line = self._file.statement_of(site.node)
        if site.kind is None or site.wrap != ("", "") or site.binding.deferred:
            return None
        if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
            return None
        if not self._runs_once(site.node, line):
            return None
        block = self._file.parent(line)
        scope = self._file.scope_of(line)
        if not isinstance(block, (cst.IndentedBlock, cst.Module)) or (
            isinstance(scope, cst.ClassDef) or self._file.scope_of(site.node) is not scope
        ):
            return None
        user = user or self._user(site, line, scope)
        return _Group([site], user, [line], block, scope) if user is not None else None

    def _runs_once(self, node: cst.CSTNode, line: cst.CSTNode) -> bool:
        """Whether the node is evaluated at most once when the statement runs."""
        repeating = (cst.BaseComp, cst.CompFor, cst.GeneratorExp, cst.Lambda)
        for outer in self._file.ancestors(node):
            if isinstance(outer, repeating):
                return False
            if outer is line:
                return True
        return False

    def _holder(self, site: Site) -> cst.CSTNode | None:
        """The call or dict that the site's id is handed to."""
        around = self._file.ancestors(site.node)
        node = next(
            (n for n in around if isinstance(n, (cst.Call, cst.Dict, cst.BaseStatement))), None
        )
        return None if isinstance(node, cst.BaseStatement) else node

    def _fits(self, site: Site, line: cst.SimpleStatementLine, group: _Group) -> bool:
        """Whether a neighbouring statement may take its id from the group's call."""
        if site.kind in group.kinds or not isinstance(group.scope, cst.FunctionDef):
            return False
        body = list(group.block.body)
        between = body[body.index(group.lines[-1]) : body.index(line)]
        if "." in group.user and not all(map(is_inert, between)):
            return False  # an attribute may change in any code that runs
        root = group.user.partition(".")[0]
        return all(
            isinstance(statement, cst.SimpleStatementLine)
            and not any(isinstance(small, _LEAVES) for small in statement.body)
            and root not in names_bound_in(statement)
            for statement in between
        )

    def _user(self, site: Site, line: cst.SimpleStatementLine, scope: cst.CSTNode) -> str | None:
        """The code of the user whose ids are made, if it is at hand before the statement."""
        bound = self._file.names.place(site.place).bound
        beside = self._user_beside(site)
        if beside is not None:
            # The statement reads it anyway, so it is bound there.
            simple = beside != "?" and beside.partition(".")[0] not in names_bound_in(line)
            holder = self._holder(site)
            certain = holder is not None and self._file.is_certain(holder, line)
            return beside if simple and certain and not self._may_be_none(beside, scope) else None
        names = self._file.settings.user_ids
        for name in names:
            if name in bound:
                return None if self._may_be_none(name, scope) else name
        ending = {name for name in bound if kind_of(name, names)}
        if len(ending) == 1:
            return ending.pop()
        paths = {
            path
            for node, path in self._user_attributes(scope)
            if path.partition(".")[0] in bound and self._is_read_before(node, line)
        }
        return paths.pop() if len(paths) == 1 and not ending else None

    def _user_attributes(self, scope: cst.CSTNode) -> list[tuple[cst.Attribute, str]]:
        """The attributes named as the user that the code of a scope mentions, with their paths."""
        if scope not in self._attributes:
            names = self._file.settings.user_ids
            self._attributes[scope] = [
                (node, path)
                for node in walk(scope)
                if isinstance(node, cst.Attribute) and kind_of(node.attr.value, names)
                if (path := access_path(node)) is not None
            ]
        return self._attributes[scope]

    def _user_beside(self, site: Site) -> str | None:
        """What the same call or dict is handed as user; `?` when that is no simple expression."""
        holder = self._holder(site)
        if isinstance(holder, cst.Call):
            given = [arg.value for arg in holder.args if _is_user(arg, self._file)]
        elif isinstance(holder, cst.Dict):
            given = [
                element.value
                for element in holder.elements
                if isinstance(element, cst.DictElement)
                and isinstance(element.key, cst.SimpleString)
                and element.key.raw_value in self._file.settings.user_ids
            ]
        else:
            return None
        if not given:
            return None
        path = access_path(given[0])
        if isinstance(given[0], cst.SimpleString):
            plain = given[0].raw_value and "b" not in given[0].prefix.lower()
            return code_of(given[0]) if plain else "?"
        if path in ("None", "True", "False"):
            return "?"
        return path or "?"

    def _may_be_none(self, name: str, scope: cst.CSTNode) -> bool:
        """Whether a parameter may be left out: then no user may be at hand."""
        for node in walk(scope):
            if isinstance(node, (cst.Assign, cst.AnnAssign)) and _is_nobody(node.value):
                if name in names_bound_in(node):
                    return True
            elif isinstance(node, cst.ExceptHandler) and node.name is not None:
                caught = access_path(node.name.name)
                if caught == name:
                    return True
        for function in (scope, *self._file.ancestors(scope)):
            if not isinstance(function, cst.FunctionDef):
                continue
            for param in all_params(function.params):
                if param.name.value == name:
                    annotation = param.annotation.annotation if param.annotation else None
                    written = code_of(annotation) if annotation is not None else ""
                    default = param.default
                    return bool(_OPTIONAL.search(written)) or (
                        isinstance(default, cst.Name) and default.value == "None"
                    )
        return False

    def _is_read_before(self, node: cst.CSTNode, line: cst.CSTNode) -> bool:
        """Whether the statement reads the node, or one of its block before it does."""
        if isinstance(self._file.parent(node), cst.AssignTarget):
            return False
        if any(outer is line for outer in self._file.ancestors(node)):
            return self._file.is_certain(node, line)
        block = self._file.parent(line)
        assert isinstance(block, (cst.IndentedBlock, cst.Module))
        for statement in block.body:
            if statement is line:
                return False
            if isinstance(statement, cst.SimpleStatementLine) and any(
                part is node for part in walk(statement)
            ):
                return self._file.is_certain(node, statement)
        return False

    def _keep_apart(self) -> None:
        """Drop groups whose call would be a second one for the same user."""
        kept: list[_Group] = []
        method = self._file.settings.context_method
        names = self._file.names
        for group in self._groups:
            calls = [
                call
                for call in names.generator_calls.get(_as_scope(group.scope), [])
                if names.generator_method(call) == method
            ]
            again = any(
                canonical(user_argument(call)) == _canonical_code(group.user)
                and not self._exclude(call, group.lines[0])
                for call in calls
            ) or any(
                other.user == group.user
                and other.scope is group.scope
                and not self._exclude(other.lines[0], group.lines[0])
                for other in kept
            )
            if not again:
                kept.append(group)
        self._groups = kept

    def _exclude(self, one: cst.CSTNode, other: cst.CSTNode) -> bool:
        """Whether two places lie in branches of which only one runs."""
        paths = [[node, *self._file.ancestors(node)] for node in (one, other)]
        common = next(node for node in paths[0] if any(node is n for n in paths[1]))
        below = [path[index - 1] if (index := index_of(path, common)) else None for path in paths]
        if isinstance(common, (cst.If, cst.IfExp)):
            return below[0] is not below[1] and common.test not in below
        first = below[0]
        if isinstance(first, cst.If) and isinstance(first.body, cst.IndentedBlock):
            inside = any(node is first.body for node in paths[0])
            last = first.body.body[-1]
            leaves = isinstance(last, cst.SimpleStatementLine) and isinstance(
                last.body[-1], (cst.Return, cst.Raise)
            )
            return inside and leaves and one not in last.children
        return False

    # Drafts

    def _components(self, rewrites: Sequence[_Rewrite]) -> Iterator[list[_Rewrite]]:
        """Rewrites that share a group belong together."""
        grouped = {id(site): group for group in self._groups for site in group.sites}
        pending: list[_Rewrite] = []
        for rewrite in rewrites:
            if any(id(site) in grouped for site in rewrite.sites):
                pending.append(rewrite)
            else:
                yield [rewrite]
        while pending:
            component = [pending.pop(0)]
            for rewrite in component:
                groups = {id(grouped.get(id(site))) for site in rewrite.sites} - {id(None)}
                linked = [
                    other
                    for other in pending
                    if any(id(grouped.get(id(site))) in groups for site in other.sites)
                ]
                component.extend(linked)
                pending = [other for other in pending if other not in linked]
            yield component

    def _draft(self, component: Sequence[_Rewrite]) -> Draft | str:
        changes: list[Change] = []
        references: list[Reference] = []
        sites = [site for rewrite in component for site in rewrite.sites]
        groups = [g for g in self._groups if any(site in g.sites for site in sites)]
        grouped = {id(site) for group in groups for site in group.sites}
        for group in groups:
            reference = self._context_at(group.sites[0].place)
            if isinstance(reference, str):
                return reference
            references.append(reference)
            changes.extend(self._group_changes(group, reference))
        for site in sites:
            if id(site) in grouped:
                continue
            method = self._file.settings.id_method
            reference = self._file.generator_at(site.place, method, ONE_PREFIX)
            if isinstance(reference, str):
                return reference
            references.append(reference)
            changes.append(Replace(site.node, site.code(reference.code, method)))
        changes.extend(removal for rewrite in component for removal in rewrite.removals)
        changes.extend(self.helpers([site.node for site in sites], changes))
        safe = all(site.safety is Safety.SAFE for site in sites) and not any(
            self._loses(site, group.user) for group in groups for site in group.sites
        )
        settings = self._file.settings
        method = settings.context_method if groups else settings.id_method
        message = f"call `{settings.generator_class}.{method}`"
        return self._file.draft(
            Safety.SAFE if safe else Safety.UNSAFE, message, changes, references
        )

    def _context_at(self, place: cst.CSTNode) -> Reference | str:
        """How code at a place can name the generator for a context call, or why it cannot."""
        if self._file.api.context_remark:
            return self._file.api.context_remark
        method = self._file.settings.context_method
        return self._file.generator_at(place, method, USER_AND_OPERATION)

    def _loses(self, site: Site, user: str) -> bool:
        """Whether a context call's id would lack something that the file may look for."""
        parts = site.prefix.replace(f"{{{user}}}", "")
        return "{" in parts or bool(site.head and self._file.looks_for(site.head))

    def helpers(
        self, replaced: Sequence[cst.CSTNode], changes: Sequence[Change]
    ) -> Iterator[Remove]:
        """The assignments of times and uuids that only the replaced expressions read."""
        kept = " ".join(c.code for c in changes if isinstance(c, Replace))
        inside = {node for root in replaced for node in walk(root)}
        gone = {change.statement for change in changes if isinstance(change, Remove)}
        for load in inside:
            scope = self._file.scope_of(load)
            if not isinstance(load, cst.Name) or not isinstance(scope, cst.FunctionDef):
                continue
            if re.search(rf"\b{load.value}\b", kept):
                continue
            if load.value not in self._file.names.local_names(scope):
                continue  # declared global
            uses = self._file.uses(scope)
            for target in uses.sources(load):
                removal = self._removal(target)
                if removal is None or removal.statement in gone or load.value in uses.captured:
                    continue
                if isinstance(target, cst.Name) and inside.issuperset(uses.of(target)):
                    gone.add(removal.statement)
                    yield removal

    def _removal(self, target: cst.CSTNode) -> Remove | None:
        """The removal of an assignment that does nothing but read a clock or make a uuid."""
        assign = self._file.parent(target)
        if isinstance(assign, cst.AssignTarget):
            assign = self._file.parent(assign)
        line = self._file.parent(assign) if assign is not None else None
        block = self._file.parent(line) if line is not None else None
        if (
            isinstance(assign, (cst.Assign, cst.AnnAssign))
            and assign.value is not None
            and (isinstance(assign, cst.AnnAssign) or len(assign.targets) == 1)
            and isinstance(line, cst.SimpleStatementLine)
            and isinstance(block, cst.IndentedBlock)
            and (self._sites.is_time(assign.value) or self._sites.is_uuid(assign.value))
        ):
            return Remove(assign, line, block)
        return None

    def _group_changes(self, group: _Group, reference: Reference) -> Iterator[Change]:
        """One call in front, its ids where the uuids were."""
        names: dict[str | None, str] = {}
        removed: list[Remove] = []
        for site, line in zip(group.sites, group.lines, strict=True):
            target = self._taken_over(site, line, group)
            if target is not None:
                names[site.kind] = target
                removed.append(Remove(_only(line), line, group.block))
        new = [site for site in group.sites if site.kind not in names]
        plain = all(self._file.is_fresh(str(site.kind), group.scope) for site in new)
        for site in new:
            wanted = _fresh_names(str(site.kind), plain=plain)
            names[site.kind] = self._file.fresh_name(wanted, group.scope)
            yield Replace(site.node, names[site.kind])
        settings = self._file.settings
        targets = ", ".join(
            names.get(kind) or self._file.blank(kind, group.scope) for kind in settings.context_ids
        )
        arguments = f'{group.user}, "{self._operation(group)}"'
        if group.is_emergency:
            named = self._file.api.obstacle(settings.context_method, _BY_KEYWORD) is None
            arguments = f'{group.user}, "emergency"'
            if named:
                arguments = f'user_id={group.user}, operation="emergency"'
        call = f"{reference.code}.{settings.context_method}({arguments})"
        code = f"{targets} = {call}"
        first = group.lines[0]
        if removed and removed[0].line is first:
            yield Replace(removed[0].statement, code)
            yield from removed[1:]
        else:
            yield InsertBefore(first, (code,))
            yield from removed

    def _taken_over(self, site: Site, line: cst.SimpleStatementLine, group: _Group) -> str | None:
        """The target of an assignment that the context call can make itself."""
        statement = _only(line)
        if not isinstance(statement, cst.Assign) or not site.binding.direct:
            return None
        target = site.binding.target
        path = access_path(target) if target is not None else None
        if path is None or statement.value is not site.node:
            return None
        body = list(group.block.body)
        between = body[body.index(group.lines[0]) : body.index(line)]
        others = [s for s in between if s not in group.lines]
        if not all(map(is_inert, others)):
            return None
        root = path.partition(".")[0]
        bound = {name for s in between for name in names_bound_in(s)}
        if "." in path and (others or root in bound):
            return None
        mentioned = {
            access_path(node)
            for part in (*others, *(s.node for s in group.sites if s is not site))
            for node in walk(part)
        }
        return None if path in mentioned else path

    def _operation(self, group: _Group) -> str:
        """What the ids are made for: what the old ones began with, else the function's name."""
        found: set[str] = set()
        for site in group.sites:
            kind = str(site.kind).removesuffix("_id")
            word = dict(self._file.settings.kind_prefixes).get(kind, kind)
            head = without_word(without_word(site.head.strip("_-:."), kind), word)
            if "{" in head or not head.isidentifier():
                head = ""
            found.add(head)
        if len(found) == 1 and (head := found.pop()):
            return head
        scope = group.scope
        if not isinstance(scope, cst.FunctionDef):
            return "context"
        owner = self._file.owner_class(scope)
        if scope.name.value.startswith("__") and owner is not None:
            return snake_case(owner.name.value)
        return snake_case(scope.name.value) or "context"


def _fresh_names(kind: str, *, plain: bool) -> Iterator[str]:
    if plain:
        yield kind
    yield f"generated_{kind}"
    number = 2
    while True:
        yield f"generated_{kind}_{number}"
        number += 1


def _only(line: cst.SimpleStatementLine) -> cst.BaseSmallStatement:
    return line.body[0]


def _is_user(arg: cst.Arg, file: FileContext) -> bool:
    return arg.keyword is not None and arg.keyword.value in file.settings.user_ids


def is_inert(statement: cst.CSTNode) -> bool:
    """Whether nothing that the statement runs can look at variables that it does not name."""
    acting = (cst.Call, cst.Await, cst.Yield, cst.BaseCompoundStatement, cst.Raise, cst.Return)
    return not any(isinstance(node, acting) for node in walk(statement))


def _is_cut(file: FileContext, load: cst.CSTNode) -> bool:
    """Whether only a piece of the value is read there, or it is built into a string."""
    parent = file.parent(load)
    if isinstance(parent, cst.Attribute):
        parent = file.parent(parent)
    return isinstance(parent, (cst.Subscript, cst.FormattedStringExpression, cst.BinaryOperation))


def _is_nobody(value: cst.BaseExpression | None) -> bool:
    """Whether the value is none or empty."""
    if isinstance(value, cst.SimpleString):
        return not value.raw_value
    return isinstance(value, cst.Name) and value.value == "None"


def names_bound_in(statement: cst.CSTNode) -> set[str]:
    """The names that assignments in a statement bind."""
    binding = (cst.AssignTarget, cst.NamedExpr, cst.AnnAssign, cst.For, cst.AugAssign)
    targets = (n for n in walk(statement) if isinstance(n, binding))
    return {n.value for target in targets for n in walk(target.target) if isinstance(n, cst.Name)}


def _canonical_code(code: str) -> str:
    return canonical(cst.parse_expression(code))


def _as_scope(node: cst.CSTNode) -> cst.Module | cst.ClassDef | cst.FunctionDef | cst.Lambda:
    assert isinstance(node, (cst.Module, *SCOPES))
    return node


def index_of(path: Sequence[cst.CSTNode], node: cst.CSTNode) -> int:
    """The index of a node, which is in the path, by identity."""
    return next(index for index, item in enumerate(path) if item is node)


def _is_clause(reason: str) -> bool:
    return reason.startswith(("it ", "its ", "nothing ", "the "))
