"""What every rule is: a visitor with a code, its documentation, and a way to report nodes."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal

import libcst as cst

from ssot_lint.fallbacks import Fallbacks
from ssot_lint.names import Names
from ssot_lint.settings import Settings

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

    def __post_init__(self) -> None:
        self.reports: list[Report] = []

    @cached_property
    def fallbacks(self) -> Fallbacks:
        """Fallbacks for a missing or failing generator."""
        return Fallbacks(self.module, self.names, self.settings)


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

    @classmethod
    def triggers(cls, settings: Settings) -> Iterable[str]:
        """Words of which a file must hold at least one for this rule to speak.

        A statement that holds none of them, nor a name bound to one, must not matter to the
        rule: it is blanked before the rule sees the file.
        """
        return ()

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
