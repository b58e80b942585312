"""What new code in one file may be called, and how it can name the generator."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeGuard

import libcst as cst

from ssot_lint.analysis.semantics.excerpt_view import ExcerptView
from ssot_lint.analysis.syntax.libcst_nodes import SCOPES, walk
from ssot_lint.fixes.imports.file_imports import Imports
from ssot_lint.fixes.imports.order import Packages
from ssot_lint.fixes.refusal import Refusal
from ssot_lint.ids.generator.api import Shape
from ssot_lint.ids.id_model import IdModel

IMPORTED_TOO_LATE = Refusal("the module may run this above its import of the generator")


@dataclass(frozen=True)
class Reference:
    """How code at one place can name the generator."""

    code: str
    statement: str | None = None
    """The import statement that it needs at module level, if any."""
    function: str = ""
    """The function of the generator's module that the code names itself, if it does."""

    def method(self, name: str) -> str:
        """How code there can name a method."""
        return self.code if name == self.function else f"{self.code}.{name}"


class NewCode:
    """The names that are free, the imports, and the references to the generator of one file.

    `relative` is the path of the file relative to the root, with forward slashes.
    """

    def __init__(
        self,
        semantics: ExcerptView,
        ids: IdModel,
        relative: str,
        is_starred: Callable[[], bool] = lambda: False,
        is_read: Callable[[str], bool] = lambda name: False,
    ) -> None:
        """`is_starred` tells whether another file takes all names of this one, `is_read` whether
        one imports a name of this module, or reads it there.
        """
        self._ask_starred = is_starred
        self._ask_read = is_read
        self._ids = ids
        self._semantics = semantics
        self._relative = relative
        self._added: list[Reference] = []
        self._taken: dict[cst.CSTNode, set[str]] = {}

    @cached_property
    def imports(self) -> Imports:
        """The imports of the whole file."""
        model = self._semantics.model
        is_package = self._relative.rpartition("/")[2] == "__init__.py"
        api = self._ids.api
        folders = () if api.hidden_by else api.folders
        packages = Packages(self._ids.settings.root, self._relative, folders, api.is_tangled)
        imports = Imports(
            model.syntax.tree, model.mentions, model.text, packages, is_package=is_package
        )
        imports.is_starred = self._ask_starred
        imports.is_read_elsewhere = self._ask_read
        return imports

    @property
    def module_name(self) -> str:
        """The dotted name under which the file is imported, from its path."""
        folders = (f for f in self._ids.api.folders if f and self._relative.startswith(f))
        path = self._relative.removeprefix(max(folders, key=len, default=""))
        return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def generator_at(self, node: cst.CSTNode, method: str, shape: Shape) -> Reference | Refusal:
        """How code where `node` stands can name the generator; else the reason why it cannot.

        `method` is what the code is to call of it, and how. `node` is one for which
        `Names.place` knows something.
        """
        api = self._ids.api
        obstacle = api.unproven or api.obstacle(method, shape)
        if obstacle:
            return Refusal(obstacle)
        place = self._semantics.names.place(node)
        function = min((name for one, name in place.functions if one == method), default=None)
        known = function or (None if api.is_covered and api.is_module else place.tracked)
        if known is not None:
            bound = known.partition(".")[0]
            if not self._semantics.is_local(bound, node) and self.may_run_early(node, bound):
                return IMPORTED_TOO_LATE
            return Reference(known, function=method if function else "")
        return self.imported_for(node, method)

    def imported_for(self, node: cst.CSTNode, method: str = "") -> Reference | Refusal:
        """How code where `node` stands can name the generator by an import that is not there yet.

        Or a method of it, where that is a function of a module. Else the reason why it cannot.
        """
        unproven = self._ids.api.unproven
        if unproven:
            return Refusal(unproven)
        name = self._ids.settings.generator_class
        hindered = self.import_obstacle
        if hindered is not None:
            return hindered
        if self.imports.is_guarded(name):
            return Refusal("the file is written to run without the generator, too")
        choices = list(self._choices(method))
        if choices and choices[-1] in self._added:
            choices.reverse()  # one import serves all places that it can
        for reference in choices:
            bound = reference.code.partition(".")[0]
            if self._is_free(bound, bound, node):
                self._added.append(reference)
                return reference
        names = [f"`{one.code.partition('.')[0]}`" for one in choices]
        if not names:
            return Refusal(f"the package of `{name}` has another thing by its name")
        told = "are names" if len(names) > 1 else "is a name"
        return Refusal(f"{' and '.join(names)} {told} for something else here")

    def _choices(self, method: str) -> Iterator[Reference]:
        """What an import can bring: two ways, the usual one first."""
        generator = self._ids.settings.generator
        owner, _, name = generator.rpartition(".")
        package, _, short = owner.rpartition(".")
        if self._ids.api.is_module:
            if method:
                yield Reference(method, f"from {generator} import {method}", method)
            if self._ids.api.is_covered:
                return
            yield Reference(name, f"from {owner} import {name}" if owner else f"import {name}")
            return
        yield Reference(name, f"from {owner} import {name}")
        by_module = f"from {package} import {short}" if package else f"import {short}"
        if not self._ids.api.is_covered:
            yield Reference(f"{short}.{name}", by_module)

    def may_run_early(self, node: cst.CSTNode, name: str) -> bool:
        """Whether a function with the node may run before the module imports the name."""
        own = (node,) if isinstance(node, SCOPES) else ()
        scopes = [*own, *self._semantics.around(node, *SCOPES)]
        if not scopes:
            return False
        outer = scopes[-1]
        definition = None if isinstance(outer, cst.Lambda) else outer.name.value
        return self.imports.may_run_before(name, definition)

    @property
    def import_obstacle(self) -> Refusal | None:
        """Why the module cannot import the generator when it is imported itself, if so."""
        api = self._ids.api
        if api.is_needed(self.module_name):
            return Refusal("the generator imports this module")
        hidden_by = api.hidden_by
        if hidden_by and self.module_name.partition(".")[0] == hidden_by:
            return Refusal("the package around this file hides the installed one of the generator")
        if api.is_apart and not self._relative.startswith(api.folders):
            return Refusal(f"the generator lies in {api.folders[0]}, apart from this file")
        root = self._ids.settings.generator.partition(".")[0]
        if self.imports.may_be_found_late(root):
            return Refusal("a function changes `sys.path` before the generator is found")
        if self._is_script_apart and not self.imports.knows(root):
            return Refusal(f"a script that is started by its path need not find `{root}`")
        return None

    @property
    def _is_script_apart(self) -> bool:
        """Whether the file is started by its path, and no packages lie beside it.

        Python looks for modules in the folder of the script, and not in the current one.
        """
        folder = self._relative.rpartition("/")[0]
        beside = f"{folder}/" if folder else ""
        settings = self._ids.settings
        return (
            not self._ids.api.hidden_by  # else it is installed
            and beside not in self._ids.api.folders
            and self.imports.is_script
            and not self.imports.changes_path
            and not settings.is_test(self._relative)
        )

    def _is_free(self, name: str, imported: str, node: cst.CSTNode) -> bool:
        """Whether a new module-level import of the name is what code at `node` will find."""
        if self._is_brought_otherwise(name):
            return False
        return self.imports.is_free(name, imported) and not self._semantics.is_local(name, node)

    def _is_brought_otherwise(self, name: str) -> bool:
        """Whether a name such as `ids`, which others have, may come by `import *`, or is that of a
        module of the package whose `__init__.py` this is.
        """
        imports = self._semantics.model.names.imports
        if name.islower() and self._ask_starred():
            return True  # who takes all names may have another thing by this one
        if name.islower() and any(alias.name == "*" for one in imports for alias in one.names):
            return True
        folder, _, file = self._relative.rpartition("/")
        beside = self._ids.settings.root / folder / name
        return file == "__init__.py" and (beside.is_dir() or beside.with_suffix(".py").is_file())

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
            uses = self._semantics.uses(scope)
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
                taken.update(name.id for name in self._semantics.model.syntax.of(ast.Name))
            self._taken[scope] = taken
        return self._taken[scope]

    def _is_variable(self, node: cst.CSTNode) -> TypeGuard[cst.Name]:
        parent = self._semantics.parent(node)
        return (
            isinstance(node, cst.Name)
            and not (isinstance(parent, cst.Arg) and parent.keyword is node)
            and not (isinstance(parent, cst.Attribute) and parent.attr is node)
        )
