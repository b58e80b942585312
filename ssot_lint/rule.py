"""What every rule is: a visitor with a code, its documentation, and a way to report nodes."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache, cached_property
from typing import ClassVar, Literal

import libcst as cst

from ssot_lint.fallbacks import Fallbacks
from ssot_lint.names import Names
from ssot_lint.settings import Settings
from ssot_lint.tree import children

Fixable = Literal["never", "sometimes", "always"]


@dataclass(frozen=True)
class Report:
    """A reported node. Places are found later, and only when something was reported.

    `message` may hold `{line}`, which becomes the line of `related`.
    """

    code: str
    node: cst.CSTNode
    message: str
    related: cst.CSTNode | None = None


@dataclass
class FileContext:
    """What the rules may know of the file they visit. Collects their reports."""

    module: cst.Module
    names: Names
    settings: Settings
    codes: frozenset[str]
    """The codes that are on for this file."""

    def __post_init__(self) -> None:
        self.reports: list[Report] = []

    @cached_property
    def fallbacks(self) -> Fallbacks:
        """Fallbacks for a missing or failing generator."""
        return Fallbacks(self.module, self.names, self.settings)

    def in_fallback(self, node: cst.CSTNode) -> bool:
        """Whether the node lies in a fallback for which OST103 speaks."""
        return "OST103" in self.codes and self.fallbacks.covers(node)


class Rule(cst.BatchableCSTVisitor):
    """One rule. All rules visit a file's tree together, so no method may keep others out."""

    code: ClassVar[str]
    name: ClassVar[str]
    """Kebab-case, names the bad pattern: reads as "allow <name>"."""
    message: ClassVar[str]
    """One line with fields for `str.format`; says what to write instead."""
    fixable: ClassVar[Fixable] = "never"
    follows_calls: ClassVar[bool] = False
    """Whether it speaks where a function of the same file is handed an id, too."""

    def __init__(self, file: FileContext) -> None:
        super().__init__()
        self.file = file

    def get_visitors(self) -> Mapping[str, Callable[[cst.CSTNode], None]]:
        """The visitor methods. libcst looks at every attribute for each file; a class has few."""
        return {name: getattr(self, name) for name in _visitor_names(type(self))}

    @classmethod
    def triggers(cls, settings: Settings) -> Iterable[str]:
        """Words of which a file must hold at least one for this rule to speak.

        A statement that holds none of them, nor a name bound to one, must not matter to the
        rule: it is blanked before the rule sees the file.
        """
        return ()

    @classmethod
    def depends_on(cls, settings: Settings) -> Iterable[str]:
        """Words besides the triggers whose binding changes what the rule says."""
        return ()

    @classmethod
    def could_speak(cls, statement: ast.stmt, takers: AbstractSet[str], settings: Settings) -> bool:
        """Whether a statement that holds a trigger deserves a look: a coarse guess, never short.

        For rules whose triggers stand nearly everywhere. `takers` are the functions and classes
        of the file that take an id of a known kind.
        """
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
        self, node: cst.CSTNode, *, related: cst.CSTNode | None = None, **fields: str
    ) -> None:
        """Report a node. `fields` fill the message."""
        message = self.message.format(line="{line}", **fields)
        self.file.reports.append(Report(self.code, node, message, related))


def visit_together(module: cst.Module, rules: Iterable[Rule]) -> None:
    """Visit the tree once for all rules, parents before their children.

    Does what `libcst.visit_batched` does, for nodes that hold code: that one also walks
    whitespace and builds every node anew, which takes four times as long.
    """
    methods: dict[str, list[Callable[[cst.CSTNode], None]]] = {}
    for rule in rules:
        for name, method in rule.get_visitors().items():
            methods.setdefault(name, []).append(method)
    pending: list[tuple[cst.CSTNode, bool]] = [(module, True)]
    while pending:
        node, arriving = pending.pop()
        kind = type(node).__name__
        for method in methods.get(f"visit_{kind}" if arriving else f"leave_{kind}", ()):
            method(node)
        if arriving:
            if f"leave_{kind}" in methods:
                pending.append((node, False))
            pending.extend((child, True) for child in reversed(children(node)))


@cache
def _visitor_names(kind: type[Rule]) -> tuple[str, ...]:
    """The names of the visitor methods that the class itself defines."""
    return tuple(name for name in vars(kind) if name.startswith(("visit_", "leave_")))
