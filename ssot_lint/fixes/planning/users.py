"""Which user ids are made for: the one a context call is handed, the one at hand for new ids."""

from __future__ import annotations

import ast
from functools import cached_property
from itertools import takewhile
from typing import Any

import libcst as cst

from ssot_lint.analysis.dataflow.backward import Backward
from ssot_lint.analysis.semantics.bindings import body_of, bound_names
from ssot_lint.analysis.semantics.signatures import Declaration
from ssot_lint.analysis.syntax.libcst_nodes import SCOPES, access_path, all_params, code_of, walk
from ssot_lint.analysis.syntax.parsing import FUNCTIONS, parameters
from ssot_lint.fixes.file_context import FileContext
from ssot_lint.fixes.planning.availability import (
    Availability,
    UsersHere,
    doubted_params,
    is_no_text,
    is_user_name,
    optional_params,
)
from ssot_lint.fixes.planning.replacement import Site

# Functions of which hand-built ids are made, and which change nothing.
_TEXT_MAKERS = frozenset({"str", "int", "id", "hash", "round", "hex", "format"})
# What binds a name to no object of which an attribute is a user.
_NO_OBJECTS = (ast.Import, ast.ImportFrom, ast.ClassDef, *FUNCTIONS)
_CONSTRUCTORS = frozenset({"__init__", "__new__"})
_READERS = ("time.", "datetime.", "random.", "secrets.")


def user_argument(call: cst.Call) -> cst.CSTNode:
    """The user the ids are for: `user_id=`, else the first argument, else the call itself."""
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value == "user_id":
            return _bare(arg.value)
    for arg in call.args:
        if arg.keyword is None:
            return arg if arg.star else _bare(arg.value)
    return call


def _bare(user: cst.BaseExpression) -> cst.BaseExpression:
    """The user without what does not change who it is: `str(...)` and `:=`."""
    match user:
        case cst.NamedExpr():
            return _bare(user.target)
        case cst.Call(func=cst.Name("str"), args=[cst.Arg(keyword=None, star="") as only]):
            return _bare(only.value)
    return user


class Users:
    """Finds the users at hand in one file. Made once per file: `file.once(Users)`."""

    def __init__(self, file: FileContext) -> None:
        self._file = file
        self._semantics = file.semantics
        self._ids = file.ids
        self._present: dict[cst.CSTNode, Availability] = {}
        self._outside: dict[cst.CSTNode, set[str]] = {}
        self._declared: dict[cst.CSTNode, set[str]] = {}
        self._beside: dict[cst.CSTNode, str | None] = {}
        self._acting: dict[cst.CSTNode, tuple[cst.CSTNode, ...]] = {}
        """By statement what may change an attribute in it."""
        self._in_lines: dict[cst.CSTNode, set[str]] = {}

    def at_hand(
        self, site: Site, line: cst.CSTNode, scope: cst.CSTNode, *, beforehand: bool = True
    ) -> str | None:
        """The code of the user whose ids are made, if it is at hand.

        `beforehand`: also before the statement, whose line of simple statements `line` is.
        """
        bound = self._semantics.names.place(site.place).bound
        known = self._users_at(line if beforehand else site.node, scope)
        if known is None:
            return None
        in_line = self._bound_in(line)
        beside = self._user_beside(site)
        if beside is not None:
            # The statement reads it anyway, so it is bound there.
            simple = beside != "?" and beside.partition(".")[0] not in in_line
            holder = self.holder(site)
            certain = holder is not None and self._semantics.is_certain(holder, line)
            calm = "." not in beside or self._is_calm(line, site)
            there = (certain and calm) if beforehand else True
            return (
                beside if simple and there and not self._is_doubted(beside, known, scope) else None
            )
        declared = self._declared_in(scope)
        ending = bound.among(self._named)
        if len(ending) == 1:
            only = ending.pop()
            unsure = only in in_line | declared
            return None if unsure or self._is_doubted(only, known, scope) else only
        own = self._own_user(scope)
        if own is not None and not ending:
            return own
        if not beforehand or ending:
            return None
        paths = self._paths_read(site, line, scope, known) - known.doubted
        only = paths.pop() if len(paths) == 1 else ""
        return only if only.partition(".")[0] in bound else None

    def optional_at_hand(self, site: Site, line: cst.CSTNode, scope: cst.CSTNode) -> str | None:
        """The parameter that holds the user whose ids are made, or None, when the line begins."""
        known = self._users_at(line, scope)
        if known is None or not self._semantics.is_certain(site.node, line):
            return None
        beside = self._user_beside(site)
        bound = self._semantics.names.place(site.place).bound
        users = bound.among(self._named) if beside is None else {beside}
        only = users.pop() if len(users) == 1 else ""
        set_elsewhere = self._bound_in(line) | self._declared_in(scope)
        is_doubted = only in known.doubted and only not in set_elsewhere
        return only if is_doubted and only in self._optional(scope) else None

    def _declared_in(self, scope: cst.CSTNode) -> set[str]:
        """What `declared_inside` says of a scope, which many sites may stand in."""
        if scope not in self._declared:
            self._declared[scope] = declared_inside(scope)
        return self._declared[scope]

    def _optional(self, scope: cst.CSTNode) -> set[str]:
        """The parameters of a function that hold a text or None, whatever it sets them to."""
        twin: Any = self._semantics.node_map.twin(scope)
        if not isinstance(twin, FUNCTIONS):
            return set()
        value_of = self._semantics.model.once(Backward).value_of
        return {
            name
            for name in optional_params(twin, self._ids.settings.user_ids)
            for values in [map(value_of, self._semantics.binders(name, scope))]
            if not any(value is not None and _names_nobody(value) for value in values)
        }

    @cached_property
    def _named(self) -> list[str]:
        """The names of the file that are those of users."""
        known = self._ids.settings.user_ids
        return [name for name in self._semantics.names.bound if is_user_name(name, known)]

    def _bound_in(self, line: cst.CSTNode) -> set[str]:
        """The names that a line binds, which may hold a thousand ids."""
        if line not in self._in_lines:
            self._in_lines[line] = self._semantics.assigned_in([line])
        return self._in_lines[line]

    def _paths_read(
        self, site: Site, line: cst.CSTNode, scope: cst.CSTNode, known: UsersHere
    ) -> set[str]:
        """The users among attributes that were read when the line begins, or may be read then."""
        if isinstance(scope, cst.Module):
            return set()  # anybody may change what the objects of a module hold
        read = set(known.read)
        inside = self._users_at(site.node, scope)
        if inside and self._semantics.is_certain(site.node, line) and self._is_calm(line, site):
            read |= inside.read - inside.doubted
        roots = {path: path.partition(".")[0] for path in read}
        return {
            path
            for path, root in roots.items()
            if root not in self._bound_in(line)
            and not any(isinstance(b, _NO_OBJECTS) for b in self._semantics.binders(root, scope))
        }

    def is_doubted(self, user: str, site: Site) -> bool:
        """Whether a user may be nobody where an id is made."""
        scope = self._semantics.scope_of(site.node)
        known = self._users_at(site.node, scope)
        return known is None or self._is_doubted(user, known, scope)

    def loses(self, user: str, node: cst.CSTNode, above: cst.CSTNode) -> bool:
        """Whether a user who is somebody at a node may be nobody at a statement above it."""
        scope = self._semantics.scope_of(node)
        here, there = (self._users_at(place, scope) for place in (node, above))
        if here is None or self._is_doubted(user, here, scope):
            return False
        return there is None or self._is_doubted(user, there, scope)

    def _is_doubted(self, user: str, known: UsersHere, scope: cst.CSTNode) -> bool:
        return user in known.doubted or user in self._doubted_outside(scope)

    def _doubted_outside(self, scope: cst.CSTNode) -> set[str]:
        """The names of functions around that may hold no user."""
        if scope not in self._outside:
            own = (
                self._semantics.names.local_names(scope)
                if isinstance(scope, SCOPES)
                else frozenset()
            )
            found: set[str] = set()
            for outer in self._semantics.around(scope, cst.FunctionDef, cst.Lambda):
                twin: Any = self._semantics.node_map.twin(outer)
                params = {arg.arg for arg in parameters(twin.args)}
                found |= doubted_params(twin, self._ids.settings.user_ids)
                found |= params & bound_names(body_of(twin)).names
            self._outside[scope] = found - own
        return self._outside[scope]

    def _users_at(self, node: cst.CSTNode, scope: cst.CSTNode) -> UsersHere | None:
        """What is known of the users of a scope at an expression or in front of a line."""
        if scope not in self._present:
            twin: Any = self._semantics.node_map.twin(scope)
            known = self._ids.settings.user_ids
            self._present[scope] = Availability(twin, self._semantics.model, known)
        if isinstance(node, cst.SimpleStatementLine):
            node = node.body[0]
        at = self._semantics.node_map.twin(node)
        return self._present[scope].at(at) if at is not None else None

    def holder(self, site: Site) -> cst.CSTNode | None:
        """The call or dict that the site's id is handed to."""
        node = next(self._semantics.around(site.node, cst.Call, cst.Dict, cst.BaseStatement), None)
        return None if isinstance(node, cst.BaseStatement) else node

    def _is_calm(self, line: cst.CSTNode, site: Site) -> bool:
        """Whether the statement runs nothing before the id that may change an attribute."""
        if line not in self._acting:
            self._acting[line] = tuple(filter(self._may_act, walk(line)))
        around = set(
            takewhile(lambda outer: outer is not line, self._semantics.ancestors(site.node))
        )
        return all(node in around for node in self._acting[line])

    def _may_act(self, node: cst.CSTNode) -> bool:
        """Whether what the expression itself does may change an attribute."""
        if not isinstance(node, cst.Call):
            return isinstance(node, (cst.NamedExpr, cst.Await, cst.Yield))
        names = self._semantics.names
        known = self._file.banned(node.func) or self._file.generator_method(node)
        makes_text = isinstance(node.func, cst.Name) and node.func.value in _TEXT_MAKERS
        reads = any(dotted.startswith(_READERS) for dotted in names.dotted(node.func))
        return known is None and not makes_text and not reads

    def _own_user(self, scope: cst.CSTNode) -> str | None:
        """`self.user_id` where the class declares it as a field that is always given.

        That is so where something else than the class writes the constructor of its fields.
        """
        owner = self._semantics.parent(self._semantics.parent(scope) or scope)
        if not isinstance(owner, cst.ClassDef) or not isinstance(scope, cst.FunctionDef):
            return None
        params = all_params(scope.params)
        if scope.decorators or not params or params[0].name.value != "self":
            return None
        declared = self._semantics.model.fields.of(owner.name.value)
        if _CONSTRUCTORS & declared.keys() or not (owner.decorators or owner.bases):
            return None
        for name in self._ids.settings.user_ids:
            own = f"self.{name}"
            is_given = _is_required_text(declared.get(name))
            if is_given and not _sets(scope, own):
                return own
        return None

    def _user_beside(self, site: Site) -> str | None:
        """What the same call or dict is handed as user; `?` when that is no simple expression."""
        holder = self.holder(site)
        if holder is None:
            return None
        if holder not in self._beside:
            self._beside[holder] = self._user_in(holder)
        return self._beside[holder]

    def _user_in(self, holder: cst.CSTNode) -> str | None:
        """The user that a call or a dict is handed, which may be handed a thousand ids."""
        if isinstance(holder, cst.Call):
            given = [arg.value for arg in holder.args if _is_user(arg, self._file)]
        elif isinstance(holder, cst.Dict):
            given = [
                element.value
                for element in holder.elements
                if isinstance(element, cst.DictElement)
                and isinstance(element.key, cst.SimpleString)
                and element.key.raw_value in self._ids.settings.user_ids
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


def _is_user(arg: cst.Arg, file: FileContext) -> bool:
    return arg.keyword is not None and arg.keyword.value in file.ids.settings.user_ids


def declared_inside(scope: cst.CSTNode) -> set[str]:
    """The names that functions in the scope may set from inside."""
    declared = (n for n in walk(scope) if isinstance(n, (cst.Nonlocal, cst.Global)))
    return {item.name.value for node in declared for item in node.names}


def _sets(scope: cst.FunctionDef, path: str) -> bool:
    """Whether the function, or one inside it, gives an attribute a value or deletes it."""
    setting = (cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.Del, cst.For)
    targets = (node.target for node in walk(scope.body) if isinstance(node, setting))
    return any(access_path(part) == path for target in targets for part in walk(target))


def _names_nobody(value: ast.expr) -> bool:
    """Whether a value is None, or no text."""
    return is_no_text(value) or (isinstance(value, ast.Constant) and value.value is None)


def _is_required_text(declared: Declaration | None) -> bool:
    """Whether a field is declared as a text that each object must be given."""
    match declared:
        case Declaration(annotation=ast.Name(id="str"), value=None):
            return True
    return False
