"""What the facts of other files say against an id, as far as they concern a file."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property

from ssot_lint.analysis.dataflow.access_paths import WHOLE, AccessPath, Root
from ssot_lint.analysis.dataflow.forward import Passed, Visit
from ssot_lint.analysis.dataflow.sinks.effects import Effect
from ssot_lint.analysis.syntax.parsing import last_name_of
from ssot_lint.fixes.refusal import Place
from ssot_lint.fixes.safety.forms import FarEffect, Form
from ssot_lint.fixes.safety.imported_types import ImportedTypes
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.kinds import names_an_id, says_whose, snake_case, without_new
from ssot_lint.project.facts import Reach
from ssot_lint.project.index import Project, Told
from ssot_lint.project.links import Links

# The tables that queries are about, which code may write as several strings.
_BETWEEN = r"(?:\s|\\[nrt]|[\"'])+"
_QUERIED = re.compile(
    rf"(?i)\b(?:into|from|join|update|table){_BETWEEN}"
    r"(?:[`\"\[]?\w+[`\"\]]?\.)?[`\"\[]?(\w+)\b(?!\s+import\b|\.)"
)


class FactsTold:
    """Those that concern the ids in one file; `is_handed_in` tells whether others hand them in."""

    def __init__(
        self,
        ids: IdModel,
        project: Project,
        types: ImportedTypes,
        links: Links,
        is_handed_in: Callable[[], bool],
    ) -> None:
        self._model = ids.semantics
        self._project = project
        self._types = types
        self._links = links
        self._is_handed_in = is_handed_in
        self._parent = self._model.syntax.parent
        self._words: dict[str, bool] = {}
        """Whether the file speaks of classes and tables that others were asked about."""

    def of_method(self, passed: Passed, form: Form) -> Iterator[Effect]:
        """What methods of the name do to what a call hands them, whosever method that is."""
        func = passed.call.func
        if isinstance(func, ast.Attribute) and passed.labels == WHOLE:
            name = last_name_of(func)
            for told in self._project.about_parameter(name, passed.at, passed.keyword):
                yield from self._said(told, form, is_sure=False)

    def of_result(self, path: AccessPath, form: Form) -> Iterator[Effect]:
        """What other files do to what a function of the file gives, or a variable of the module."""
        if path.root is Root.RESULT and len(path.labels.chain) <= 1:
            for told, is_own in self._project.about_result(f"{path.name}()"):
                yield from self._said(told, form, is_sure=is_own and path.labels == WHOLE)
        if path.root is Root.VARIABLE and not path.scope and path.labels == WHOLE:
            for told, is_own in self._project.about_result(f"{path.name}="):
                yield from self._said(told, form, is_sure=is_own)

    def of_field(self, visit: Visit, form: Form) -> Iterator[Effect]:
        """What other files say of ids of the name that gets it."""
        path = visit.path
        name = snake_case(path.name)
        if path.root is not Root.FIELD or not names_an_id(name):
            return
        defines = self._model.fields.classes
        owners = [path.owner] if path.owner else self._given_to(visit.at)
        above = [last_name_of(base) for o in owners for one in defines(o) for base in one.bases]
        for one in dict.fromkeys((*owners, *above)):
            yield from self._by_owner(name, one, form)

    def of_variable(self, visit: Visit, form: Form) -> Iterator[Effect]:
        """What other files say of ids that are called as a variable is.

        It has no owner, and may go to them by position, within a text, as a result. That counts
        which is said of all ids of the name, and of the tables that queries of the file are about.
        """
        path = visit.path
        name = snake_case(path.name)
        if path.root is not Root.VARIABLE or path.labels != WHOLE or not says_whose(name):
            return

        for one in dict.fromkeys((name, without_new(name))):
            for told, _ in self._project.about(one, "", self._is_queried, made_here=False):
                is_asked = told.fact.reach is Reach.TABLE and self._is_queried(told.fact.owner)
                if is_asked or told.fact.reach is Reach.PROJECT:
                    yield from self._said(told, form, is_sure=False)

    def _is_queried(self, table: str) -> bool:
        return table.lower() in self._queried

    @cached_property
    def _queried(self) -> frozenset[str]:
        """The tables that queries in the text of the file are about, and maybe other words."""
        return tables_queried(self._model.text.text)

    def _by_owner(self, name: str, owner: str, form: Form) -> Iterator[Effect]:
        """What other files say of ids of a name that a class is given."""
        defines = self._model.fields.classes
        for told, is_own in self._project.about(
            name,
            owner,
            self._speaks_of,
            lambda one: bool(defines(one)),
            made_here=not self._is_handed_in(),
        ):
            is_sure = is_own and told.fact.is_declared and self._may_import(owner, told.path)
            yield from self._said(told, form, is_sure=is_sure)

    def _may_import(self, owner: str, path: str) -> bool:
        """Whether a class may be that of a file: no import says that it comes from elsewhere.

        By the last name of the module, which is the file's or that of its package.
        """
        *folders, name = path.removesuffix(".py").split("/")
        modules = {
            (node.module or "").rpartition(".")[2]
            for node in self._model.syntax.of(ast.ImportFrom)
            for alias in node.names
            if (alias.asname or alias.name) == owner
        }
        return not modules or not modules.isdisjoint({name, "", *folders[-1:]})

    def _speaks_of(self, word: str) -> bool:
        """Whether the file speaks of a class, or has a query about a table."""
        if word not in self._words:
            text = self._model.text.text
            is_class = word[:1].isupper()
            self._words[word] = has_word(text, word) if is_class else self._is_queried(word)
        return self._words[word]

    def _given_to(self, node: ast.AST | None) -> list[str]:
        """The classes that a call hands what stands at a node, or whose objects get it.

        An empty name where nothing tells.
        """
        word = self._parent(node) if node is not None else None
        match word:
            case ast.Assign(targets=[ast.Attribute(value=owner)]):
                found = self._links.of(self._project.path, owner)
                names = [one.node.name for one in found if one.is_object]
                return list(dict.fromkeys(names)) or [""]
        call = self._parent(word) if word is not None else None
        if not isinstance(call, ast.Call):
            return [""]
        name = last_name_of(call.func)
        if name == "cls":
            owners = (one for one in self._model.syntax.ancestors(call))
            return [next((one.name for one in owners if isinstance(one, ast.ClassDef)), "")]
        return [name if name[:1].isupper() else _asked_class(call.func)]

    def _said(self, told: Told, form: Form, *, is_sure: bool) -> Iterator[Effect]:
        """What another file says, if it matters to ids of the form."""
        fact = told.fact
        if fact.is_behind_name:
            fixed = self._types.told(told)
            if fixed is None:
                return
            fact = replace(fact, says=fixed.what, width=fixed.width)
            told = replace(told, fact=fact)
        if fact.front and form.doubled(fact.front) is None:
            return
        if not fact.sought or form.may_hold(fact.sought):
            yield FarEffect(
                told.says,
                is_doubt=not is_sure,
                width=fact.width,
                demands_form=is_sure,
                elsewhere=(Place(told.path, fact.row, 1, fact.says),),
            )


def tables_queried(text: str) -> frozenset[str]:
    """The tables, in lower case, that queries in a text are about, and maybe other words."""
    return frozenset(map(str.lower, _QUERIED.findall(text)))


def has_word(text: str, word: str) -> bool:
    """Whether a word stands in a text by itself."""
    return word in text and re.search(rf"\b{re.escape(word)}\b", text) is not None


def _asked_class(func: ast.expr) -> str:
    """The class that a method works for: `Parcel.objects.create`, `insert(Parcel).values`.

    Empty where none is named.
    """
    receiver: ast.expr | None = func
    while receiver is not None:
        match receiver:
            case ast.Attribute(value=value):
                receiver = value
            case ast.Call(func=ast.Name(), args=[ast.Name() as first, *_]):
                receiver = first
            case ast.Call(func=inner):
                receiver = inner
            case _:
                receiver = None
        if isinstance(receiver, (ast.Name, ast.Attribute)):
            name = last_name_of(receiver)
            if name[:1].isupper():
                return name
    return ""
