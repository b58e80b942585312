"""What every rule is: a visitor with a code, its documentation, and a way to report nodes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import ClassVar, Literal

import libcst as cst

from ssot_lint.analysis.syntax.libcst_nodes import children
from ssot_lint.fixes.edits import Draft
from ssot_lint.fixes.file_context import FileContext
from ssot_lint.fixes.refusal import Refusal

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
    fix: Draft | Refusal | None = None


class Rule(cst.BatchableCSTVisitor):
    """One rule. All rules visit a file's tree together, so no method may keep others out."""

    code: ClassVar[str]
    name: ClassVar[str]
    """Kebab-case, names the bad pattern: reads as "allow <name>"."""
    message: ClassVar[str]
    """One line with fields for `str.format`; says what to write instead."""
    fixable: ClassVar[Fixable] = "never"

    def __init__(self, file: FileContext) -> None:
        super().__init__()
        self.file = file
        self.reports: list[Report] = []

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
        """The first sentence of "What it does", on one line; none under `python -OO`."""
        text = inspect.cleandoc(cls.documentation()).partition("## What it does")[2]
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
        fix: Draft | Refusal | None = None,
        note: str | None = None,
        **fields: str,
    ) -> None:
        """Report a node. `fields` fill the message; `fix` is the reason when there is none.

        `note` is one more sentence.
        """
        message = self.message.format(line="{line}", **fields)
        if isinstance(fix, Draft) and self.file.ids.api.unproven:
            fix = Refusal(self.file.ids.api.unproven)
        if note is not None:
            message += f"; {note}"
        self.reports.append(Report(self.code, node, message, related, fix))


def visit_together(nodes: Iterable[cst.CSTNode], rules: Iterable[Rule]) -> None:
    """Let all rules see each node of a file once; parents come before their children.

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
    for node in nodes:
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
