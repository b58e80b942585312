"""`ssot-lint rule`."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from ssot_lint.model.errors import UserError
from ssot_lint.rules.registry import OFF_BY_DEFAULT, all_rules
from ssot_lint.rules.rule import Rule


@click.command()
@click.argument("code", required=False)
@click.option("--output-format", type=click.Choice(["text", "json", "markdown"]), default="text")
def rule(code: str | None, output_format: str) -> None:
    """Print the documentation of a rule, or the table of all."""
    rules: Sequence[type[Rule]] = all_rules()
    if code is not None:
        rules = [one for one in all_rules() if code in (one.code, one.code.lower(), one.name)]
        if not rules:
            raise UserError(f"no rule `{code}`; `ssot-lint rule` lists them")
    if output_format == "json":
        entries = [_rule_entry(one) for one in rules]
        click.echo(json.dumps(entries if code is None else entries[0], indent=2))
    elif code is not None:
        click.echo(f"# {rules[0].code} {rules[0].name}\n\n{rules[0].documentation()}\n")
        if rules[0].code in OFF_BY_DEFAULT:
            click.echo(f"Off by default; `--extend-select {rules[0].code}` turns it on.")
        click.echo("Class, method and prefix names are the defaults; pyproject.toml sets yours.")
    elif output_format == "markdown":
        click.echo(render_rule_table(), nl=False)
    else:
        width = max(len(one.name) for one in rules)
        for one in rules:
            click.echo(f"{one.code}  {one.name:<{width}}  {_shown_summary(one)}")


def _shown_summary(one: type[Rule]) -> str:
    return f"{one.summary()} (off by default)" if one.code in OFF_BY_DEFAULT else one.summary()


def _rule_entry(one: type[Rule]) -> dict[str, object]:
    return {
        "code": one.code,
        "name": one.name,
        "summary": one.summary(),
        "fixable": one.fixable,
        "on_by_default": one.code not in OFF_BY_DEFAULT,
        "documentation": one.documentation(),
    }


def render_rule_table() -> str:
    """All rules as a Markdown table."""
    rows = [("Code", "Name", "Fix", "What it finds")]
    rows += [(one.code, one.name, one.fixable, _shown_summary(one)) for one in all_rules()]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = ["| " + " | ".join([*map(str.ljust, row[:3], widths), row[3]]) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|---|")
    return "\n".join(lines) + "\n"
