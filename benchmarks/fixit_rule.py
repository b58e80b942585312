"""The ban of `uuid.uuid4()` as a rule of Fixit, which the sample is checked with."""

from __future__ import annotations

import libcst as cst
from fixit import LintRule
from libcst.metadata import QualifiedNameProvider


class NoUuid4(LintRule):
    """Calls of `uuid.uuid4`, under whatever name."""

    METADATA_DEPENDENCIES = (QualifiedNameProvider,)

    def visit_Call(self, node: cst.Call) -> None:
        names = self.get_metadata(QualifiedNameProvider, node.func, set())
        if any(name.name == "uuid.uuid4" for name in names):
            self.report(node, "uuid.uuid4() bypasses the id generator")
