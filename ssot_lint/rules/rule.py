"""What every rule is: a visitor with a code, its documentation, and a way to report nodes."""

from __future__ import annotations

import ast
import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, ClassVar, Literal, TypeGuard, TypeVar

import libcst as cst

from ssot_lint.analysis.dataflow.constants import Constants, constants
from ssot_lint.analysis.semantics.control_flow.reached_uses import Uses
from ssot_lint.analysis.semantics.control_flow.walk import all_params
from ssot_lint.analysis.semantics.names import Names
from ssot_lint.analysis.semantics.scopes import binders
from ssot_lint.analysis.semantics.signatures import Fields, Signatures, optional_results
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.ast_nodes import Syntax
from ssot_lint.analysis.syntax.libcst_nodes import DEFERRING, SCOPES, Layout, Node, children, walk
from ssot_lint.analysis.syntax.mentions import Mentions
from ssot_lint.config.settings import Settings
from ssot_lint.fixes.edits import Change, Draft, InsertBefore, Remove, Replace, Unwrap, comments_in
from ssot_lint.fixes.imports import Imports
from ssot_lint.ids.fallbacks import Fallbacks
from ssot_lint.ids.generator.api import GeneratorApi, Shape
from ssot_lint.ids.strings.sources import counters
from ssot_lint.model.findings import Safety
from ssot_lint.rules.triggers import Screen

T = TypeVar("T")

_COUNTING = ("count", "counter", "seq", "sequence")

IMPORTED_TOO_LATE = "the module may run this above its import of the generator"

Fixable = Literal["never", "sometimes", "always"]


@dataclass(frozen=True)
class Report:
    """A reported node. Places are found later, and only when something was reported.

    `message` may hold `{line}`, which becomes the line of `related`. Reports that only one
    rewrite can remove together share a draft.
    """

    code: str
    node: cst.CSTNode
    message: str
    related: cst.CSTNode | None = None
    draft: Draft | None = None


@dataclass(frozen=True)
class Reference:
    """How code at one place can name the generator class."""

    code: str
    statement: str | None = None
    """The import statement that it needs at module level, if any."""


@dataclass
class FileContext:
    """What the rules may know of the file they visit. Collects their reports.

    `module` may be masked; `tree` and `text` are the whole file.
    """

    module: cst.Module
    names: Names
    settings: Settings
    api: GeneratorApi
    codes: frozenset[str]
    """The codes that are on for this file."""
    tree: ast.Module
    text: SourceText
    relative: str
    """The path of the file relative to the root, with forward slashes."""
    is_suppressed: Callable[[str, cst.CSTNode], bool]
    """Whether a comment suppresses a code at a node."""
    row_of: Callable[[cst.CSTNode], int] = lambda node: 0
    """The row that a node begins on."""

    def __post_init__(self) -> None:
        self.reports: list[Report] = []
        self._added: list[Reference] = []
        self._taken: dict[cst.CSTNode, set[str]] = {}
        self._uses: dict[cst.CSTNode, Uses] = {}
        self._binders: dict[tuple[cst.CSTNode, ...], dict[str, list[cst.CSTNode]]] = {}
        self._scopes: dict[int, cst.CSTNode] = {}
        """The scopes of the nodes that were asked for, and of those around them."""
        self._made: dict[Callable[[FileContext], Any], Any] = {}

    def once(self, make: Callable[[FileContext], T]) -> T:
        """What `make` gives for this file: made when the first rule asks, the same for all."""
        if make not in self._made:
            self._made[make] = make(self)
        made: T = self._made[make]
        return made

    @cached_property
    def syntax(self) -> Syntax:
        """The nodes of the whole file's `ast`."""
        return Syntax(self.tree)

    @cached_property
    def mentions(self) -> Mentions:
        """Where the whole file's `ast` mentions a word."""
        return Mentions(self.tree, self.text)

    @cached_property
    def fallbacks(self) -> Fallbacks:
        """Fallbacks for a missing or failing generator."""
        return Fallbacks(self.layout, self.names, self.settings, lambda: self.counters)

    @cached_property
    def counters(self) -> frozenset[str]:
        """The counters that the file keeps by hand."""
        return counters(self.syntax) if _may_count(self.text.text) else frozenset()

    @cached_property
    def constants(self) -> Constants:
        """The constants of the whole file."""
        return constants(self.syntax)

    def in_fallback(self, node: cst.CSTNode) -> bool:
        """Whether the node lies in a fallback for which OST103 speaks."""
        return "OST103" in self.codes and self.fallbacks.covers(node)

    # The tree around a node

    @cached_property
    def layout(self) -> Layout:
        """All nodes of the module that hold code."""
        return Layout(self.module)

    @property
    def nodes(self) -> Sequence[cst.CSTNode]:
        """All nodes of the module that hold code, in the order of the source."""
        return self.layout.nodes

    def nodes_of(self, *kinds: type[Node]) -> list[Node]:
        """The nodes of some kinds and those below these, in the order of the source."""
        return self.layout.of(*kinds)

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node that holds `node`, among those that are code."""
        return self.layout.parent(node)

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes around a node, the innermost first."""
        return self.layout.ancestors(node)

    def around(self, node: cst.CSTNode, *kinds: type) -> Iterator[Any]:
        """The nodes of some kinds, or of kinds below these, around a node, the innermost first."""
        return self.layout.around(node, kinds)

    def scope_of(self, node: cst.CSTNode) -> cst.CSTNode:
        """The function, lambda, class or module whose code the node is."""
        passed: list[int] = []
        below, outer = node, self.parent(node)
        while outer is not None and id(below) not in self._scopes:
            passed.append(id(below))
            if type(outer) in SCOPES and _runs_inside(below, outer):
                break
            below, outer = outer, self.parent(outer)
        scope = self._scopes.get(id(below), outer) or self.module
        self._scopes.update(dict.fromkeys(passed, scope))
        return scope

    def owner_class(self, node: cst.CSTNode) -> cst.ClassDef | None:
        """The innermost class around a node."""
        return next(self.around(node, cst.ClassDef), None)

    def statement_of(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The line of simple statements or the compound statement that holds a node."""
        if isinstance(node, cst.BaseStatement):
            return node
        return next(self.around(node, cst.BaseStatement), None)

    def uses(self, function: cst.FunctionDef | cst.Module) -> Uses:
        """The uses of the local variables of a function."""
        if function not in self._uses:
            body = function.body if isinstance(function, cst.Module) else function.body.body
            self._uses[function] = Uses(body)
        return self._uses[function]

    def binders(self, name: str, *body: cst.CSTNode) -> Sequence[cst.CSTNode]:
        """What binds a name in the scope whose code is given: statements, targets, patterns."""
        if body not in self._binders:
            self._binders[body] = binders(body)
        return self._binders[body].get(name, ())

    def is_own(self, load: cst.Name, function: cst.FunctionDef) -> bool:
        """Whether all values of a name are those that the function's own statements give it.

        Not of parameters, of names of functions around, and of those that functions inside use.
        """
        name = load.value
        return (
            name in self.names.local_names(function)
            and name not in self.uses(function).captured
            and all(param.name.value != name for param in all_params(function.params))
        )

    @cached_property
    def signatures(self) -> Signatures:
        """What the functions and classes of the whole file take, by their name."""
        return Signatures(self.syntax)

    def comments_at(self, node: cst.CSTNode) -> list[str]:
        """The comments on and right above the line of a node, and that of its statement."""
        statement = self.statement_of(node)
        rows = {self.row_of(n) for n in (node, statement) if n is not None}
        return [comment for row in sorted(rows) for comment in self.text.comments_at(row)]

    def looks_for(self, text: str) -> bool:
        """Whether the file looks for ids that begin with the text: then it must stay in front."""
        return any(s.startswith(text) or text.startswith(s) for s in self._sought)

    @cached_property
    def _sought(self) -> frozenset[str]:
        """The texts of two letters or more that the file looks for."""
        looking = r"(startswith\(|split\(|match\(|search\(|==|\bin)\s*\(?[rf]{0,2}[\"'^]+"
        tests = looking + r"([\w:.-]{2,})"
        return frozenset(match[2] for match in re.finditer(tests, self.text.text))

    def is_certain(self, node: cst.CSTNode, line: cst.CSTNode) -> bool:
        """Whether the node is evaluated once whenever the statement runs.

        Not in the branches of `if else`, `or` and `and`, nor in lambdas and comprehensions.
        """
        below = node
        for outer in self.ancestors(node):
            if isinstance(outer, DEFERRING):
                return False
            match outer:
                case cst.BooleanOperation() if below is outer.right:
                    return False
                case cst.IfExp() if below is not outer.test:
                    return False
            if outer is line:
                return True
            below = outer
        return False

    @cached_property
    def fields(self) -> Fields:
        """What the classes of the whole file declare."""
        return Fields(self.syntax)

    @cached_property
    def optional_results(self) -> frozenset[str]:
        """The functions of the whole file that say to give none at times."""
        return optional_results(self.syntax)

    # Names for new code

    @cached_property
    def imports(self) -> Imports:
        """The imports of the whole file."""
        is_package = self.relative.rpartition("/")[2] == "__init__.py"
        return Imports(self.tree, self.mentions, self.text, is_package=is_package)

    @property
    def module_name(self) -> str:
        """The dotted name under which the file is imported, from its path."""
        folders = (f for f in self.api.folders if f and self.relative.startswith(f))
        path = self.relative.removeprefix(max(folders, key=len, default=""))
        return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def generator_at(self, node: cst.CSTNode, method: str, shape: Shape) -> Reference | str:
        """How code where `node` stands can name the generator; else the reason why it cannot.

        `method` is what the code is to call of it, and how. `node` is one for which
        `Names.place` knows something.
        """
        obstacle = self.api.unproven or self.api.obstacle(method, shape)
        if obstacle:
            return obstacle
        known = self.names.place(node).generator
        if known is not None:
            bound = known.partition(".")[0]
            if not self.is_local(bound, node) and self.may_run_early(node, bound):
                return IMPORTED_TOO_LATE
            return Reference(known)
        module, _, name = self.settings.generator.rpartition(".")
        package, _, short = module.rpartition(".")
        if self.import_obstacle is not None:
            return self.import_obstacle
        if self.imports.is_guarded(name):
            return "the file is written to run without the generator, too"
        by_module = f"from {package} import {short}" if package else f"import {short}"
        choices = [
            Reference(name, f"from {module} import {name}"),
            Reference(f"{short}.{name}", by_module),
        ]
        if choices[1] in self._added:
            choices.reverse()  # one import serves all places that it can
        for reference in choices:
            bound = reference.code.partition(".")[0]
            if self._is_free(bound, bound, node):
                self._added.append(reference)
                return reference
        return f"`{name}` and `{short}` are names for something else here"

    def may_run_early(self, node: cst.CSTNode, name: str) -> bool:
        """Whether a function with the node may run before the module imports the name."""
        own = (node,) if isinstance(node, SCOPES) else ()
        scopes = [*own, *self.around(node, *SCOPES)]
        if not scopes:
            return False
        outer = scopes[-1]
        definition = None if isinstance(outer, cst.Lambda) else outer.name.value
        return self.imports.may_run_before(name, definition)

    @property
    def import_obstacle(self) -> str | None:
        """Why the module cannot import the generator when it is imported itself, if so."""
        if self.module_name in self.api.needs:
            return "the generator imports this module"
        hidden_by = self.api.hidden_by
        if hidden_by and self.module_name.partition(".")[0] == hidden_by:
            return "the package around this file hides the installed one of the generator"
        if self.api.is_apart and not self.relative.startswith(self.api.folders):
            return f"the generator lies in {self.api.folders[0]}, apart from this file"
        if self.imports.may_be_found_late(self.settings.generator.partition(".")[0]):
            return "a function changes `sys.path` before the generator is found"
        return None

    def _is_free(self, name: str, imported: str, node: cst.CSTNode) -> bool:
        """Whether a new module-level import of the name is what code at `node` will find."""
        return self.imports.is_free(name, imported) and not self.is_local(name, node)

    def is_local(self, name: str, node: cst.CSTNode) -> bool:
        """Whether a function around the node binds the name."""
        scopes = self.around(node, *SCOPES)
        return any(name in self.names.local_names(scope) for scope in scopes)

    def fresh_name(self, wanted: Iterable[str], scope: cst.CSTNode) -> str:
        """The first of the names that the scope does not know yet; it is taken from then on.

        `_` is always free.
        """
        taken = self._names_in(scope)
        name = next(name for name in wanted if name == "_" or name not in taken)
        taken.add(name)
        return name

    def blank(self, kind: str, scope: cst.CSTNode) -> str:
        """The name for an id that nobody wants: `_`, unless the code reads that."""
        if isinstance(scope, cst.FunctionDef):
            uses = self.uses(scope)
            reads = bool(uses.loads("_")) or "_" in uses.captured
            return f"_{kind}" if reads else "_"
        return f"_{kind}" if self.imports.reads("_") else "_"

    def is_fresh(self, name: str, scope: cst.CSTNode) -> bool:
        """Whether the scope does not know the name yet."""
        return name not in self._names_in(scope)

    def _names_in(self, scope: cst.CSTNode) -> set[str]:
        if scope not in self._taken:
            taken = {node.value for node in walk(scope) if self._is_variable(node)}
            if not isinstance(scope, cst.FunctionDef):
                taken.update(name.id for name in self.syntax.of(ast.Name))
            self._taken[scope] = taken
        return self._taken[scope]

    def _is_variable(self, node: cst.CSTNode) -> TypeGuard[cst.Name]:
        parent = self.parent(node)
        return (
            isinstance(node, cst.Name)
            and not (isinstance(parent, cst.Arg) and parent.keyword is node)
            and not (isinstance(parent, cst.Attribute) and parent.attr is node)
        )

    # Drafts

    def draft(
        self,
        safety: Safety,
        message: str,
        changes: Iterable[Change],
        references: Iterable[Reference] = (),
    ) -> Draft:
        """A draft in which comments inside replaced code move above the statement.

        That makes it unsafe: what they explain may be gone.
        """
        listed = list(changes)
        for change in list(listed):
            node, comments = _replaced(change)
            statement = self.statement_of(node) if node is not None and comments else None
            if comments and statement is not None:
                listed.append(InsertBefore(statement, comments))
                safety = Safety.UNSAFE
        imports = frozenset(r.statement for r in references if r.statement is not None)
        return Draft(safety, message, tuple(listed), imports)


def _may_count(text: str) -> bool:
    """Whether code keeps a counter by hand: a look that costs little."""
    increased = text.split("+=")[:-1]
    return "itertools" in text or any(p.rstrip(" \t").endswith(_COUNTING) for p in increased)


def _runs_inside(part: cst.CSTNode, scope: cst.CSTNode) -> bool:
    """Whether a direct part of a function or class is code of its own scope."""
    if isinstance(scope, (cst.FunctionDef, cst.ClassDef, cst.Lambda)):
        return part is scope.body
    return True


def _replaced(change: Change) -> tuple[cst.CSTNode | None, tuple[str, ...]]:
    """The node that a change does away with, and the comments that go with it."""
    match change:
        case Replace():
            return change.node, tuple(comments_in(change.node))
        case Remove():
            return change.statement, tuple(comments_in(change.statement))
        case Unwrap():
            kept = Counter(comments_in(change.inner))
            gone = Counter(comments_in(change.node)) - kept
            return change.node, tuple(gone.elements())
    return None, ()


class Rule(cst.BatchableCSTVisitor):
    """One rule. All rules visit a file's tree together, so no method may keep others out."""

    screen: ClassVar[type[Screen]]
    """What tells without a tree whether it could speak."""
    code: ClassVar[str]
    name: ClassVar[str]
    """Kebab-case, names the bad pattern: reads as "allow <name>"."""
    message: ClassVar[str]
    """One line with fields for `str.format`; says what to write instead."""
    fixable: ClassVar[Fixable] = "never"

    def __init__(self, file: FileContext) -> None:
        super().__init__()
        self.file = file

    def get_visitors(self) -> Mapping[str, Callable[[cst.CSTNode], None]]:
        """The visitor methods. libcst looks at every attribute for each file; a class has few."""
        if not self.has_cause():
            return {}
        return {name: getattr(self, name) for name in _visitor_names(type(self))}

    def has_cause(self) -> bool:
        """Whether the names of the file hold what the rule speaks about; else it visits nothing."""
        return True

    @classmethod
    def summary(cls) -> str:
        """The first sentence of "What it does", on one line."""
        text = inspect.cleandoc(cls.documentation()).split("## What it does", 1)[1]
        return " ".join(text.strip().split("\n\n")[0].split())

    @classmethod
    def documentation(cls) -> str:
        """The rule's documentation in Markdown."""
        module = inspect.getmodule(cls)
        return inspect.cleandoc((module and module.__doc__) or "")

    def report(
        self,
        node: cst.CSTNode,
        *,
        related: cst.CSTNode | None = None,
        fix: Draft | str | None = None,
        note: str | None = None,
        **fields: str,
    ) -> None:
        """Report a node. `fields` fill the message; `fix` is the reason when there is none.

        `note` is one more sentence.
        """
        message = self.message.format(line="{line}", **fields)
        if isinstance(fix, Draft) and self.file.api.unproven:
            fix = self.file.api.unproven
        if note is not None:
            message += f"; {note}"
        if isinstance(fix, str):
            message += f" (no fix: {fix})"
            fix = None
        self.file.reports.append(Report(self.code, node, message, related, fix))


def visit_together(file: FileContext, rules: Iterable[Rule]) -> None:
    """Visit the tree of a file once for all rules, parents before their children.

    Does what `libcst.visit_batched` does, for nodes that hold code: that one also walks
    whitespace and builds every node anew, which takes four times as long.
    """
    visits: _Visitors = {}
    leaves: _Visitors = {}
    for rule in rules:
        for name, method in rule.get_visitors().items():
            moment, _, visited = name.partition("_")
            methods = visits if moment == "visit" else leaves
            methods.setdefault(getattr(cst, visited), []).append(method)
    # The nodes to be left, each with the last one below it.
    entered: list[tuple[cst.CSTNode, cst.CSTNode]] = []
    for node in file.nodes:
        kind = type(node)
        for method in visits.get(kind, ()):
            method(node)
        if kind in leaves:
            entered.append((node, _last_below(node)))
        while entered and entered[-1][1] is node:
            left, _ = entered.pop()
            for method in leaves[type(left)]:
                method(left)


_Visitors = dict[type[cst.CSTNode], list[Callable[[cst.CSTNode], None]]]


def _last_below(node: cst.CSTNode) -> cst.CSTNode:
    """The node below, or the node itself, that is visited last."""
    while below := children(node):
        node = below[-1]
    return node


@cache
def _visitor_names(kind: type[Rule]) -> tuple[str, ...]:
    """The names of the visitor methods that the class itself defines."""
    return tuple(name for name in vars(kind) if name.startswith(("visit_", "leave_")))
