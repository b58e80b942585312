"""What shells complete: the codes of the rules, also behind a comma."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem, FishComplete, add_completion_class

from ssot_lint.rules.registry import CODES, ENTRIES


class _Fish(FishComplete):
    """click's own, but that a value may hold commas: `OST101,OST102`."""

    source_template = FishComplete.source_template.replace(
        'string split ","', 'string split --max 1 ","'
    )


def prepare_shells() -> None:
    """Let click know of our own."""
    add_completion_class(_Fish)


class Code(click.types.StringParamType):
    """The code of a rule."""

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The codes that begin so."""
        return _completed("", incomplete)


class Codes(click.types.StringParamType):
    """Codes with commas between them."""

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """What is there with each code that its last one may become, and that it has not yet."""
        before, comma, last = incomplete.rpartition(",")
        return _completed(before + comma, last)


def _completed(before: str, last: str) -> list[CompletionItem]:
    named = {one.strip().upper() for one in before.split(",")}
    names: dict[str, str] = {entry.code: _name(entry.module) for entry in ENTRIES}
    return [
        CompletionItem(before + code, help=names[code])
        for code in CODES
        if code.startswith(last.upper()) and code not in named
    ]


def _name(module: str) -> str:
    """The name of a rule, by that of its module."""
    return module.rpartition(".")[2].partition("_")[2].replace("_", "-")
