"""
## What it does
Finds banned functions that are handed on without a call: `default_factory=uuid.uuid4`.

Also `default=uuid4`, `map(uuid4, names)`, `self.new_id = uuid.uuid4`, and an alias that nothing in
this file calls.

It is silent about annotations, comparisons and tests (`if uuid4 is None`), attributes of the
function (`uuid4.__name__`), and plain aliases that this file calls: there OST101 reports the calls.

## Why is this bad?
Whoever receives the function calls it later, and the id is made past the generator just as by a
direct call, only harder to find.

## Example
```python
import uuid
from dataclasses import dataclass, field

@dataclass
class Run:
    run_id: uuid.UUID = field(default_factory=uuid.uuid4)
```
Write instead:
```python
from dataclasses import dataclass, field
from shared.id_generation.unified_id_generator import UnifiedIdGenerator

@dataclass
class Run:
    run_id: str = field(default_factory=lambda: UnifiedIdGenerator.generate_base_id("run"))
```

## Fix safety
Unsafe, because a UUID object becomes a string: where the function is the default of a field
(`default_factory=`, `default=` of a column), a lambda that calls the generator takes its place; in
models of Django a function of the module, as migrations cannot write a lambda down.
Never where a UUID object is needed or the width is fixed, and nowhere else: what becomes of the
function is not in sight.

## References
- [dataclasses.field](https://docs.python.org/3/library/dataclasses.html#dataclasses.field)
- [Django: serializing values](https://docs.djangoproject.com/en/stable/topics/migrations/#serializing-values)
"""

from __future__ import annotations

import ast

import libcst as cst

from ssot_lint.analysis.semantics.names import ImportStatement
from ssot_lint.analysis.syntax.libcst_nodes import annotation_metadata, last_name, walk
from ssot_lint.config.bans import ban_of
from ssot_lint.fixes.edits import Change, Draft, InsertAbove, Replace, advice_of
from ssot_lint.fixes.file_context import FileContext
from ssot_lint.fixes.new_code import Reference
from ssot_lint.fixes.planning.kind_methods import KindMethods
from ssot_lint.fixes.planning.replacement import Site, Sites
from ssot_lint.fixes.refusal import Refusal
from ssot_lint.ids.kinds import names_an_id, snake_case
from ssot_lint.rules.rule import Rule

_OBJECT = Refusal("a UUID object becomes a string")
_IN_MODELS = "a function of the module that returns `{}`"
# Functions that look at what they are given and do not keep it.
_ASKING = frozenset({"callable", "isinstance", "issubclass", "bool", "repr", "id", "type"})


class UuidCallableReference(Rule):
    """OST102."""

    code = "OST102"
    name = "uuid-callable-reference"
    fixable = "sometimes"
    message = "`{referred}` is passed on and bypasses the id generator; pass {advice}"

    def __init__(self, file: FileContext) -> None:
        super().__init__(file)
        self._accounted: set[cst.CSTNode] = set()
        self._used: set[str] = set()
        self._aliases: list[tuple[cst.BaseExpression, list[str]]] = []
        self._scopes: list[cst.CSTNode] = []

    def has_cause(self) -> bool:
        return self.file.ids.have_banned

    # What is not handing on

    def visit_Call(self, node: cst.Call) -> None:
        for part in _alternatives(node.func):
            self._account(part)
        if last_name(node.func) in _ASKING:
            for arg in node.args:
                self._account(arg.value)

    def visit_Annotation(self, node: cst.Annotation) -> None:
        beside = {part for metadata in annotation_metadata(node) for part in walk(metadata)}
        self._accounted.update(part for part in walk(node) if part not in beside)

    def visit_Comparison(self, node: cst.Comparison) -> None:
        for side in (node.left, *(target.comparator for target in node.comparisons)):
            self._account(side)
            if isinstance(side, (cst.Tuple, cst.List, cst.Set)):
                for element in side.elements:
                    self._account(element.value)

    def visit_If(self, node: cst.If) -> None:
        self._account_test(node.test)

    def visit_While(self, node: cst.While) -> None:
        self._account_test(node.test)

    def visit_IfExp(self, node: cst.IfExp) -> None:
        self._account_test(node.test)

    def visit_Assert(self, node: cst.Assert) -> None:
        self._account_test(node.test)

    def visit_UnaryOperation(self, node: cst.UnaryOperation) -> None:
        self._account_test(node.expression)

    def visit_Expr(self, node: cst.Expr) -> None:
        self._account(node.value)

    # Aliases

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self._scopes.append(node)

    def leave_ClassDef(self, original_node: cst.ClassDef) -> None:
        self._scopes.pop()

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self._scopes.append(node)

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self._scopes.pop()

    def visit_Assign(self, node: cst.Assign) -> None:
        targets = [target.target for target in node.targets]
        names = [target.value for target in targets if isinstance(target, cst.Name)]
        if len(names) == len(targets):
            self._note_alias(node.value, names)
        elif len(targets) == 1:
            self._note_aliases_in_turn(targets[0], node.value)

    def _note_aliases_in_turn(self, target: cst.BaseExpression, value: cst.BaseExpression) -> None:
        pairs = (cst.Tuple, cst.List)
        if isinstance(target, pairs) and isinstance(value, pairs):
            for one, item in zip(target.elements, value.elements, strict=False):
                if isinstance(one.value, cst.Name):
                    self._note_alias(item.value, [one.value.value])

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        if node.value is not None and isinstance(node.target, cst.Name):
            self._note_alias(node.value, [node.target.value])

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
        if isinstance(node.target, cst.Name):
            self._note_alias(node.value, [node.target.value])

    def _note_alias(self, value: cst.BaseExpression, names: list[str]) -> None:
        if self._scopes and isinstance(self._scopes[-1], cst.ClassDef):
            return  # called through the class or its instances, where no name leads back here
        for part in _alternatives(value):
            if self.file.banned(part) is not None:
                self._accounted.add(part)
                self._aliases.append((part, names))

    # References

    def visit_Name(self, node: cst.Name) -> None:
        self._visit_reference(node)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if not self._visit_reference(node):
            self._account(node.value)

    def _visit_reference(self, node: cst.Name | cst.Attribute) -> bool:
        referred = self.file.banned(node)
        if referred is None:
            return False
        if isinstance(node, cst.Name):
            self._used.add(node.value)
        if node not in self._accounted:
            self._report(node, referred)
        return True

    def leave_Module(self, original_node: cst.Module) -> None:
        for node, names in self._aliases:
            if self._used.isdisjoint(names):
                self._report(node, self.file.banned(node) or "")

    def _account_test(self, node: cst.BaseExpression) -> None:
        self._account(node)
        if isinstance(node, cst.BooleanOperation):
            self._account_test(node.left)
            self._account_test(node.right)

    def _account(self, node: cst.BaseExpression) -> None:
        self._accounted.add(node)

    def _report(self, node: cst.BaseExpression, referred: str) -> None:
        settings = self.file.ids.settings
        ban = ban_of(referred, settings.extend_banned_calls)
        if ban is not None and ban.only_for_ids and not self._becomes_an_id(node):
            return
        is_class = referred.rpartition(".")[2][:1].isupper()
        if is_class and isinstance(Sites(self.file).of_reference(node), Refusal):
            return  # a type: a base, what is caught, what `isinstance` is told
        file = self.file.fixing(referred)
        plan = self._fix(node, file)
        told = f"`{file.substitute}`" if file.substitute else self._advice(node)
        self.report(node, fix=plan, referred=referred, advice=advice_of(plan, told))

    def _advice(self, node: cst.BaseExpression) -> str:
        ids, settings = self.file.ids, self.file.ids.settings
        call = f'{settings.shown(settings.id_method)}("...")'
        if ids.api.lacks(settings.id_method):
            return f"a function that calls {ids.shown_call(settings.id_method)}"
        return _IN_MODELS.format(call) if self._is_of_django(node) else f"`lambda: {call}`"

    def _fix(self, node: cst.BaseExpression, file: FileContext) -> Draft | Refusal:
        """A lambda in its place, where it serves as default of a field."""
        site = Sites(file).of_reference(node)
        if isinstance(site, Refusal):
            return site
        call = file.once(KindMethods).call_for(site, is_deferred=True)
        if isinstance(call, Refusal):
            return call
        settings, method = file.ids.settings, call.method
        reference = file.new_code.generator_at(node, method, call.shape)
        if isinstance(reference, Refusal):
            return reference
        code = site.code(f"{reference.method(method)}({call.arguments})")
        doubt = site.doubt or _OBJECT
        if self._is_of_django(node):
            changes = self._by_function(node, site, reference, code)
            if isinstance(changes, Refusal):
                return changes
            message, advice = (
                f"pass a function that calls `{settings.shown(method)}`",
                _IN_MODELS.format(code),
            )
            return self.file.draft(message, changes, [reference], doubt=doubt, advice=advice)
        message = f"pass a lambda that calls `{settings.shown(method)}`"
        code = f"lambda: {code}"
        replaced = [Replace(node, code)]
        return self.file.draft(message, replaced, [reference], doubt=doubt, advice=f"`{code}`")

    def _becomes_an_id(self, node: cst.BaseExpression) -> bool:
        """Whether it is the default of a field that has the name of an id."""
        site = Sites(self.file).of_reference(node)
        name = site.binding.name if isinstance(site, Site) else None
        return name is not None and names_an_id(snake_case(name))

    def _is_of_django(self, node: cst.CSTNode) -> bool:
        """Whether it is a default in a model of Django, whose migrations name it."""
        scope = self.file.semantics.scope_of(node)
        imports = self.file.semantics.model.names.imports
        return isinstance(scope, cst.ClassDef) and any(map(_imports_models, imports))

    def _by_function(
        self, node: cst.BaseExpression, site: Site, reference: Reference, code: str
    ) -> list[Change] | Refusal:
        """A function of the module in its place: migrations cannot write a lambda down.

        See "Serializing values" in Django's documentation of migrations.
        """
        semantics, new_code = self.file.semantics, self.file.new_code
        class_ = semantics.scope_of(node)
        kind = site.constant_prefix or ""
        bound = reference.code.partition(".")[0]
        if semantics.scope_of(class_) is not semantics.module or not kind.isidentifier():
            return Refusal("Django's migrations name a default: write a function of the module")
        if semantics.is_local(bound, node):
            return Refusal(
                f"`{bound}` is a name of the class, which no function of the module sees"
            )
        wanted = (f"{verb}_{kind}_id" for verb in ("new", "make", "generate"))
        free = (one for one in wanted if new_code.imports.is_free(one, one))
        name = next((one for one in free if new_code.is_fresh(one, semantics.module)), None)
        if name is None:
            return Refusal("the names for a function that makes the id are taken")
        new_code.fresh_name([name], semantics.module)  # two fields get two functions
        lines = (f"def {name}() -> str:", f"\treturn {code}", "", "")
        return [InsertAbove(class_, lines), Replace(node, name)]


def _imports_models(statement: ImportStatement) -> bool:
    if isinstance(statement, ast.ImportFrom):
        return (statement.module or "").startswith("django.db")
    return any(alias.name.startswith("django.db") for alias in statement.names)


def _alternatives(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    if isinstance(node, cst.IfExp):
        return [*_alternatives(node.body), *_alternatives(node.orelse)]
    if isinstance(node, cst.BooleanOperation):
        return [*_alternatives(node.left), *_alternatives(node.right)]
    return [node] if isinstance(node, (cst.Name, cst.Attribute)) else []
