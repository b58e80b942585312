"""`ssot-lint merge`."""

from __future__ import annotations

import os

import click

from ssot_lint.cli.options import read_given
from ssot_lint.cli.output import EXIT_CLEAN, EXIT_ERROR, EXIT_FINDINGS
from ssot_lint.cli.values import PathName
from ssot_lint.reports.merge import merge_reports


@click.command()
@click.argument("reports", nargs=-1, required=True, type=PathName(), metavar="REPORT...")
def merge(reports: tuple[str, ...]) -> int:
    """Join the JSON or SARIF reports of several runs into one, on standard output.

    For runs that each looked at a part of the files (`check --shard`). The exit code is what one
    run over all of them would give.
    """
    named: dict[str, str] = {}
    for name in reports:  # one that is named twice counts once
        named.setdefault(os.path.realpath(name), name)
    merged = merge_reports([(name, read_given(name)) for name in named.values()])
    click.echo(merged.text, nl=False)
    if not merged.analysed:
        return EXIT_ERROR
    return EXIT_FINDINGS if merged.findings else EXIT_CLEAN
