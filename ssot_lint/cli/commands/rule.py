"""`ssot-lint rule`."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

import click

from ssot_lint.cli.completion import Code
from ssot_lint.cli.output import warn
from ssot_lint.config.reader import SettingsReader
from ssot_lint.config.settings import Settings
from ssot_lint.model.errors import UserError
from ssot_lint.rules.project_words import ProjectWords
from ssot_lint.rules.registry import CODES, OFF_BY_DEFAULT, all_rules
from ssot_lint.rules.rule import Rule


@click.command()
@click.argument("code", type=Code(), required=False)
@click.option("--output-format", type=click.Choice(["text", "json", "markdown"]), default="text")
def rule(code: str | None, output_format: str) -> None:
    """Print the documentation of a rule, or the table of all, in the names of the settings."""
    rules: Sequence[type[Rule]] = all_rules()
    if code is not None:
        rules = [one for one in all_rules() if code in (one.code, one.code.lower(), one.name)]
        if not rules:
            raise UserError(f"no rule `{code}`; `ssot-lint rule` lists them")
    words = _words()
    if output_format == "json":
        entries = [_rule_entry(one, words) for one in rules]
        click.echo(json.dumps(entries if code is None else entries[0], indent=2))
    elif code is not None:
        _echo_page(rules[0], words)
    elif output_format == "markdown":
        click.echo(render_rule_table(words), nl=False)
    else:
        width = max(len(one.name) for one in rules)
        for one in rules:
            click.echo(f"{one.code}  {one.name:<{width}}  {_shown_summary(one, words)}")


def _words() -> ProjectWords:
    """The names of the settings in force here; the default ones where these cannot be read."""
    try:
        return ProjectWords(SettingsReader(CODES).for_folder(os.getcwd()))
    except UserError as error:
        warn(f"{error}; the names are the default ones")
        return ProjectWords(Settings())


def _echo_page(one: type[Rule], words: ProjectWords) -> None:
    click.echo(words.page(one))
    if one.code in words.off:
        click.echo("Off here: the settings name no context method.")
    elif one.code in OFF_BY_DEFAULT:
        click.echo(f"Off by default; `--extend-select {one.code}` turns it on.")
    click.echo(f"The names of the generator and of ids are {words.origin}.")


def _shown_summary(one: type[Rule], words: ProjectWords) -> str:
    told = words(one.summary())
    if one.code in words.off:
        return f"{told} (off: no context method is set)"
    return f"{told} (off by default)" if one.code in OFF_BY_DEFAULT else told


def _rule_entry(one: type[Rule], words: ProjectWords) -> dict[str, object]:
    return {
        "code": one.code,
        "name": one.name,
        "summary": words(one.summary()),
        "fixable": one.fixable,
        "on_by_default": one.code not in OFF_BY_DEFAULT,
        "documentation": words(one.documentation()),
    }


def render_rule_table(words: ProjectWords) -> str:
    """All rules as a Markdown table."""
    rows = [("Code", "Name", "Fix", "What it finds")]
    rows += [(one.code, one.name, one.fixable, _shown_summary(one, words)) for one in all_rules()]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = ["| " + " | ".join([*map(str.ljust, row[:3], widths), row[3]]) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|---|")
    return "\n".join(lines) + "\n"
