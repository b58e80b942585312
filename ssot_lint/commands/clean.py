"""`ssot-lint clean`."""

from __future__ import annotations

from pathlib import Path

import click

from ssot_lint.cache import remove_cache, remove_caches
from ssot_lint.commands.options import quiet_option
from ssot_lint.errors import UserError, printable


@click.command()
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path), metavar="[FOLDERS]...")
@quiet_option
def clean(folders: tuple[Path, ...], *, quiet: bool) -> None:
    """Remove the caches in folders and below, by default in the current folder.

    A folder that was given as --cache-dir can be given, too.
    """
    for folder in folders or (Path(),):
        if not folder.is_dir():
            raise UserError(f"{folder}: no such folder")
        removed = [folder] if remove_cache(folder) else list(remove_caches(folder))
        for path in [] if quiet else removed:
            click.echo(f"removed {printable(str(path))}")
