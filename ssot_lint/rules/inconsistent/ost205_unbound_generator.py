"""
## What it does
Finds uses of the generator's name that nothing binds on the way there.

No import at all; an import that stands below code of the module that runs before it; an import
that only some runs reach: under `if TYPE_CHECKING:`, in a `try` whose handler goes on without it,
under a condition.

Silent: annotations, what stands under `if TYPE_CHECKING:` itself, and uses whose handler expects a
NameError. Silent in files with `import *`, `globals` or `exec`, which may bind any name. Where an
import may be left out, a file that asks anywhere else for what decides that (`if HAS_IDS:`) is
taken to know what it does. Functions that import the generator themselves are OST203's.

## Why is this bad?
The use raises NameError on every call. It goes unseen because it stands where code seldom runs, or
where a broad handler turns it into "could not make an id".

## Example
```python
def on_message(message):
    return UnifiedIdGenerator.generate_base_id("request")
```
Write instead:
```python
from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def on_message(message):
    return UnifiedIdGenerator.generate_base_id("request")
```

## Fix safety
Safe: the module imports the generator once, at its top. Code that never ran then runs, and makes
the ids that it was written to make.

Never where the import stands under `if TYPE_CHECKING:`, which may be there to break a circle of
imports, where another condition decides about it, where the module cannot import the generator
(its own source imports this module), and where the name is one for something else in the file.

## References
- OST203 shadowed-generator-import, for imports inside the function
- OST204 unknown-generator-call, which speaks of what is called once the name is bound
"""

from __future__ import annotations

import ast

import libcst as cst

from ssot_lint.fixes.edits import Draft
from ssot_lint.fixes.file_context import FileContext
from ssot_lint.fixes.refusal import Refusal
from ssot_lint.ids.uses.unbound import Unbound, UnboundUses
from ssot_lint.rules.rule import Rule

_FOR_CHECKERS = "it is imported for type checkers alone, maybe to break a circle of imports"
_ELSEWHERE = "its import stands below, or under a condition; move it to the top"


class UnboundGenerator(Rule):
    """OST205."""

    code = "OST205"
    name = "unbound-generator"
    fixable = "sometimes"
    message = "`{name}` {why}, so that this raises NameError; import it at module level"

    def __init__(self, file: FileContext) -> None:
        super().__init__(file)
        self._fixes: dict[str, Draft | Refusal] = {}

    def visit_Name(self, node: cst.Name) -> None:
        use = self.file.semantics.node_map.twin(node)
        if not isinstance(use, ast.Name):
            return
        unbound = self.file.ids.once(UnboundUses).at(use)
        if unbound is not None and not self.file.is_superseded(self.code, use):
            self.report(node, fix=self._fix(node, unbound), name=use.id, why=unbound.why)

    def _fix(self, node: cst.Name, unbound: Unbound) -> Draft | Refusal:
        """The import, the same for all uses."""
        if unbound.is_for_checkers:
            return Refusal(_FOR_CHECKERS, unbound.imported)
        if unbound.imported is not None:
            return Refusal(_ELSEWHERE, unbound.imported)
        if node.value not in self._fixes:
            self._fixes[node.value] = self._import(node)
        return self._fixes[node.value]

    def _import(self, node: cst.Name) -> Draft | Refusal:
        reference = self.file.new_code.imported_for(node)
        if isinstance(reference, Refusal):
            return reference
        if reference.code != node.value:
            return Refusal(f"`{node.value}` is a name for something else in this file")
        return self.file.draft(f"import `{node.value}`", [], [reference], doubt=None)
