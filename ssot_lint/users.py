"""Which user ids are made for: the one a context call is handed, the one at hand for new ids."""

from __future__ import annotations

import re

import libcst as cst

from ssot_lint.flow import all_params
from ssot_lint.rule import FileContext
from ssot_lint.scopes import names_bound_in
from ssot_lint.sites import Site
from ssot_lint.templates import code_of
from ssot_lint.tree import access_path, leaves_block, walk
from ssot_lint.words import kind_of

_OPTIONAL = re.compile(r"\b(Optional|None)\b")
# Names of what gives a user id, rather than being one.
_ASKING = re.compile(r"_*(get|fetch|find|resolve|extract|make|create|load|parse|is|has|validate)_")
# Functions of which hand-built ids are made, and which change nothing.
_TEXT_MAKERS = frozenset({"str", "int", "id", "hash", "round", "hex", "format"})
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
        self._attributes: dict[cst.CSTNode, list[tuple[cst.Attribute, str]]] = {}
        self._absent: dict[tuple[str, cst.CSTNode], bool] = {}
        self._declared: dict[cst.CSTNode, set[str]] = {}

    def at_hand(
        self, site: Site, line: cst.CSTNode, scope: cst.CSTNode, *, beforehand: bool = True
    ) -> str | None:
        """The code of the user whose ids are made, if it is at hand.

        `beforehand`: also before the statement, whose line of simple statements `line` is.
        """
        bound = self._file.names.place(site.place).bound
        beside = self._user_beside(site)
        if beside is not None:
            # The statement reads it anyway, so it is bound there.
            simple = beside != "?" and beside.partition(".")[0] not in names_bound_in(line)
            holder = self.holder(site)
            certain = holder is not None and self._file.is_certain(holder, line)
            calm = "." not in beside or self._is_calm(line, holder)
            there = (certain and calm) if beforehand else True
            sure = simple and there and not self.may_be_none(beside, scope)
            return beside if sure else None
        names = self._file.settings.user_ids
        if scope not in self._declared:
            self._declared[scope] = _declared_elsewhere(scope)
        unsure = names_bound_in(line) | self._declared[scope]
        ending = {n for n in bound if kind_of(n, names) and not _ASKING.match(n)}
        if len(ending) == 1:
            only = ending.pop()
            return None if only in unsure or self.may_be_none(only, scope) else only
        own = self._own_user(scope)
        if own is not None and not ending:
            return own
        if not beforehand:
            return None
        paths = {
            path
            for node, path in self._user_attributes(scope)
            if path.partition(".")[0] in bound and self._is_read_before(node, line)
        }
        return paths.pop() if len(paths) == 1 and not ending else None

    def may_be_none(self, name: str, scope: cst.CSTNode) -> bool:
        """Whether a parameter may be left out: then no user may be at hand."""
        if (name, scope) not in self._absent:
            self._absent[name, scope] = self._may_be_none(name, scope)
        return self._absent[name, scope]

    def holder(self, site: Site) -> cst.CSTNode | None:
        """The call or dict that the site's id is handed to."""
        around = self._file.ancestors(site.node)
        node = next(
            (n for n in around if isinstance(n, (cst.Call, cst.Dict, cst.BaseStatement))), None
        )
        return None if isinstance(node, cst.BaseStatement) else node

    def _is_calm(self, line: cst.CSTNode, holder: cst.CSTNode | None) -> bool:
        """Whether the statement runs nothing before the ids that may change an attribute."""
        names = self._file.names
        for node in walk(line):
            if isinstance(node, cst.Call) and node is not holder:
                known = names.banned(node.func) or names.generator_method(node)
                makes_text = isinstance(node.func, cst.Name) and node.func.value in _TEXT_MAKERS
                reads = any(dotted.startswith(_READERS) for dotted in names.dotted(node.func))
                if known is None and not makes_text and not reads:
                    return False
            elif isinstance(node, cst.NamedExpr):
                return False
        return True

    def _own_user(self, scope: cst.CSTNode) -> str | None:
        """`self.user_id` where the class declares it as a field that is always given."""
        owner = self._file.parent(self._file.parent(scope) or scope)
        if not isinstance(owner, cst.ClassDef) or not isinstance(scope, cst.FunctionDef):
            return None
        params = all_params(scope.params)
        if scope.decorators or not params or params[0].name.value != "self":
            return None
        declared = self._file.fields.of(owner.name.value)
        for name in self._file.settings.user_ids:
            annotation = declared.get(name, "")
            if annotation.startswith("str") and annotation.endswith("= "):
                return f"self.{name}"
        return None

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
        holder = self.holder(site)
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
        for node in walk(scope, into_scopes=False):
            if isinstance(node, (cst.Assign, cst.AnnAssign, cst.NamedExpr)):
                if (
                    name in names_bound_in(node)
                    and _may_be_nobody(node)
                    and not _is_checked(name, scope)
                ):
                    return True
            elif isinstance(node, cst.ExceptHandler) and node.name is not None:
                caught = access_path(node.name.name)
                if caught == name:
                    return True
        for function in (scope, *self._file.ancestors(scope)):
            if not isinstance(function, (cst.FunctionDef, cst.Lambda)):
                continue
            for param in all_params(function.params):
                if param.name.value == name:
                    annotation = param.annotation.annotation if param.annotation else None
                    written = code_of(annotation) if annotation is not None else ""
                    default = param.default
                    return bool(_OPTIONAL.search(written)) or (
                        default is not None and _is_nobody(default)
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


def _is_user(arg: cst.Arg, file: FileContext) -> bool:
    return arg.keyword is not None and arg.keyword.value in file.settings.user_ids


def _declared_elsewhere(scope: cst.CSTNode) -> set[str]:
    """The names that functions in the scope may set from inside."""
    declared = (n for n in walk(scope) if isinstance(n, (cst.Nonlocal, cst.Global)))
    return {item.name.value for node in declared for item in node.names}


def _may_be_nobody(node: cst.Assign | cst.AnnAssign | cst.NamedExpr) -> bool:
    """Whether what is assigned may be none or empty, as far as one can see."""
    if isinstance(node, cst.AnnAssign) and _OPTIONAL.search(code_of(node.annotation.annotation)):
        return True
    for part in walk(node.value) if node.value is not None else ():
        if isinstance(part, (cst.Name, cst.SimpleString)) and _is_nobody(part):
            return True
        match part:
            case cst.Call(func=cst.Attribute(attr=cst.Name("get")), args=[_]):
                return True
    return False


def _is_checked(name: str, scope: cst.CSTNode) -> bool:
    """Whether the scope is left where the name holds nothing."""
    for node in walk(scope):
        if isinstance(node, cst.If) and isinstance(node.body, cst.IndentedBlock):
            asks = any(isinstance(n, cst.Name) and n.value == name for n in walk(node.test))
            if asks and leaves_block(node.body.body[-1]):
                return True
    return False


def _is_nobody(value: cst.BaseExpression | None) -> bool:
    """Whether the value is none or empty."""
    if isinstance(value, cst.SimpleString):
        return not value.raw_value
    return isinstance(value, cst.Name) and value.value == "None"
