"""
## What it does
Finds uses of the generator that an import inside the same function does not reach.

An import in a function makes its name local to the whole function, before and beside the import
too. Reported is each use at which the name may not be bound yet: before the import, behind an `if`
or a loop that may have skipped it, in a handler or `finally` of a `try` that may fail before it, in
a function inside that is called where the import has not run.

Silent: an import on every path, one in each branch, a name bound otherwise where the import
failed, uses under the condition under which the import ran or one that implies it (also in other
words: `missing = not a or not b`, `mode in ("a", "b")`, `len(items) > 0`), functions defined
before the import and called after it or handed on, `global`. An import counts as one that may fail
only for handlers that name `ImportError`, or when nothing else in the `try` can fail: with the
import as its first statement, the handler of a `try` may use the name.

## Why is this bad?
The use raises UnboundLocalError, even when the module imports the generator too. It does so on the
path that is run least: in the handler, or when the caller brought an id of his own.

## Example
```python
async def open_session(user_id, thread_id=None):
    if not thread_id:
        from shared.id_generation.unified_id_generator import UnifiedIdGenerator

        thread_id = UnifiedIdGenerator.generate_base_id("thread")
    return thread_id, UnifiedIdGenerator.generate_base_id("run")
```
Write instead:
```python
from shared.id_generation.unified_id_generator import UnifiedIdGenerator


async def open_session(user_id, thread_id=None):
    if not thread_id:
        thread_id = UnifiedIdGenerator.generate_base_id("thread")
    return thread_id, UnifiedIdGenerator.generate_base_id("run")
```

## Fix safety
Safe: the imports of that name in the function go, and one at module level serves instead, under the
same name; one that is there is used as it is. Local imports often are there to break a circle of
imports: what the generator's own source imports, directly or not, is left alone. Tests that patch
the class in its own module must patch it in the module that uses it, as for any module-level
import. Unsafe where a comment stands inside an import that goes.

Never, with the reason in the message, where the name gets other values in the function, stands for
something else around it, or is a package (`import a.b` binds `a`); where a handler around an
import of the generator expects it to fail; in what must be imported before the generator; where
`noqa` stands on the import or one of the uses; where the module imports the generator below code
that may run the function.

## References
- OST201 multiple-generator-calls
- <https://docs.python.org/3/faq/programming.html#why-am-i-getting-an-unboundlocalerror-when-the-variable-has-a-value>
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

import libcst as cst

from ssot_lint.analysis.semantics.control_flow.definitely_bound import unbound_reads
from ssot_lint.analysis.semantics.excerpt_view import ImportStatement
from ssot_lint.analysis.semantics.import_bindings import IMPORT_ERRORS, expects_import_error
from ssot_lint.analysis.semantics.names import Kind, swallowed_by
from ssot_lint.analysis.syntax import parsing
from ssot_lint.analysis.syntax.libcst_nodes import code_of, walk
from ssot_lint.analysis.syntax.parsing import FUNCTIONS, TRIES
from ssot_lint.fixes.edits import Change, Draft, Remove, Replace, comments_in
from ssot_lint.fixes.file_context import FileContext
from ssot_lint.fixes.new_code import IMPORTED_TOO_LATE, Reference
from ssot_lint.fixes.refusal import Refusal, RefusedError
from ssot_lint.ids.uses.fallbacks import Fallbacks
from ssot_lint.rules.rule import Rule


class ShadowedGeneratorImport(Rule):
    """OST203."""

    code = "OST203"
    name = "shadowed-generator-import"
    fixable = "sometimes"
    message = (
        "`{name}` may be unbound here: the import on line {line} makes it local to the whole of "
        "`{function}`; import it once, at module level"
    )

    def visit_Module(self, node: cst.Module) -> None:
        for scope, imports in self.file.generator_imports.items():
            if isinstance(scope, cst.FunctionDef):
                self._check(scope, imports)

    def _check(
        self, function: cst.FunctionDef, imports: Mapping[str, Sequence[ImportStatement]]
    ) -> None:
        plans: dict[str, Draft | Refusal | None] = {}
        node_map = self.file.semantics.node_map
        twin = node_map.twin(function)
        assert isinstance(twin, FUNCTIONS)
        reads = node_map.known(
            unbound_reads(twin, imports, self.file.semantics.model.names), cst.Name
        )
        for read in reads:
            name = read.value
            if name not in plans:
                same = [other for other in reads if other.value == name]
                plans[name] = _Fix(self.file, function, name, imports[name]).draft(same)
            self.report(
                read,
                related=imports[name][0],
                fix=plans[name],
                name=name,
                function=function.name.value,
            )


class _Fix:
    """The fix for one name in one function."""

    def __init__(
        self,
        file: FileContext,
        function: cst.FunctionDef,
        name: str,
        imports: Sequence[ImportStatement],
    ) -> None:
        self._file = file
        self._semantics = file.semantics
        self._ids = file.ids
        self._function = function
        self._name = name
        self._imports = imports

    def draft(self, reads: Iterable[cst.Name]) -> Draft | Refusal | None:
        """The draft that serves all uses, or the reason why there is none.

        None where one of them is suppressed.
        """
        try:
            dotted = self._imported()
            self._expect_certain()
            statement = self._statement(dotted)
            changes = [self._without(node) for node in self._imports]
        except RefusedError as refused:
            return refused.refusal
        if any(self._file.is_suppressed(ShadowedGeneratorImport.code, read) for read in reads):
            return None  # said without a reason: flake8 knows of no suppressions
        reference = Reference(self._name, statement)
        return self._file.draft(
            f"import `{self._name}` at module level", changes, [reference], doubt=None
        )

    def _imported(self) -> str:
        """The dotted name of what the imports bring, in the spelling of the settings."""
        imports = [self._semantics.node_map.twin(node) for node in self._imports]
        for node in self._semantics.binders(self._name, self._function):
            if node not in imports:
                raise RefusedError(f"`{self._name}` gets other values in the function, too", node)
        params = walk(self._function.params, into_scopes=False)
        if any(isinstance(p, cst.Param) and p.name.value == self._name for p in params):
            raise RefusedError(f"`{self._name}` is a parameter, too")
        found = {dotted for node in self._imports for dotted in self._brought_by(node)}
        settings = self._ids.settings
        if found <= settings.generator_names:
            return settings.generator
        if len(found) > 1:
            raise RefusedError(f"`{self._name}` stands for several things")
        return found.pop()

    def _brought_by(self, node: ImportStatement) -> Iterator[str]:
        if isinstance(node, cst.Import):
            raise RefusedError(f"`{self._name}` is a whole package or module", node)
        yield self._semantics.names.brought_by(node)[self._name]

    def _expect_certain(self) -> None:
        """Nothing may hang on the import being where it is."""
        obstacle = self._file.new_code.import_obstacle
        if obstacle is not None:
            raise RefusedError(obstacle)
        everywhere = self._semantics.model.names.tracked_imports.values()
        if any(
            self._may_fail(node) for by in everywhere for nodes in by.values() for node in nodes
        ):
            raise RefusedError("the file is written to run without the generator, too")
        function = self._semantics.node_map.twin(self._function)
        inside = set(parsing.walk(function)) if function is not None else set()
        if any(self._is_tried(node) for node in self._imports) and any(
            fallback.first in inside for fallback in self._ids.once(Fallbacks).found
        ):
            raise RefusedError("the function falls back to other ids when the import fails")
        for node in self._imports:
            line = self._semantics.parent(node)
            if line is not None and any("noqa" in text.lower() for text in comments_in(line)):
                raise RefusedError("the line of the import carries a `noqa`", node)

    def _may_fail(self, node: ast.AST) -> bool:
        """Whether what stands around an import expects it to fail."""
        below = node
        for outer in self._semantics.model.syntax.ancestors(node):
            if isinstance(outer, TRIES):
                tried = cast("ast.Try", outer)
                if below in tried.body and expects_import_error(tried):
                    return True
            elif isinstance(outer, (ast.With, ast.AsyncWith)):
                names = self._semantics.model.names
                managers = (item.context_expr for item in outer.items)
                swallowed = (part for one in managers for part in swallowed_by(one, names))
                if not IMPORT_ERRORS.isdisjoint(map(parsing.last_name, swallowed)):
                    return True
            below = outer
        return False

    def _is_tried(self, node: ImportStatement) -> bool:
        return any(True for _ in self._semantics.around(node, cst.Try, cst.TryStar))

    # Code

    def _statement(self, dotted: str) -> str | None:
        """The import that is needed at module level, if it is not there."""
        name, names = self._name, self._semantics.names
        if self._semantics.is_local(name, self._function):
            raise RefusedError(f"`{name}` is a name of the function around it, too")
        same = {dotted}
        if dotted in self._ids.settings.generator_names:
            same |= self._ids.settings.generator_names
        owner, _, short = dotted.rpartition(".")
        if name in names.local_names(self._semantics.module):
            held = self._semantics.model.names.at_module_end.get(name, frozenset())
            if not held or not all(v.kind is Kind.IMPORTED and v.name in same for v in held):
                raise RefusedError(f"`{name}` is not sure to be the generator at module level")
            if self._file.new_code.may_run_early(self._function, name):
                raise RefusedError(IMPORTED_TOO_LATE)
            return None
        if not owner or not self._file.new_code.imports.is_free(name, short):
            raise RefusedError(f"`{name}` is a name for something else in this file")
        return f"from {owner} import {short}" + (f" as {name}" if name != short else "")

    def _without(self, node: ImportStatement) -> Change:
        """The import without the name."""
        assert isinstance(node, cst.ImportFrom)
        assert not isinstance(node.names, cst.ImportStar)
        kept = [a for a in node.names if (a.evaluated_alias or a.evaluated_name) != self._name]
        if kept:
            return Replace(node, self._listing(node, kept))
        line = self._semantics.parent(node)
        block = self._semantics.parent(line) if line is not None else None
        if isinstance(line, cst.SimpleStatementLine) and isinstance(block, cst.IndentedBlock):
            return Remove(node, line, block)
        return Replace(node, "pass")

    def _listing(self, node: cst.ImportFrom, kept: Sequence[cst.ImportAlias]) -> str:
        """The import with fewer names, laid out as it is unless comments stand between them."""
        assert not isinstance(node.names, cst.ImportStar)
        last = kept[-1].with_changes(comma=node.names[-1].comma)
        if list(comments_in(node)):
            plain = [alias.with_changes(comma=cst.MaybeSentinel.DEFAULT) for alias in kept]
            return code_of(node.with_changes(names=plain, lpar=None, rpar=None))
        blocks = list(self._semantics.around(node, cst.IndentedBlock))
        module = self._semantics.module
        indent = "".join(block.indent or module.default_indent for block in reversed(blocks))
        code = module.code_for_node(node.with_changes(names=[*kept[:-1], last]))
        return code.replace("\n", "\n" + indent)
