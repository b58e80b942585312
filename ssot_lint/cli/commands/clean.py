"""`ssot-lint clean`."""

from __future__ import annotations

from pathlib import Path

import click

from ssot_lint.cli.options import quiet_option
from ssot_lint.model.errors import UserError, printable
from ssot_lint.run.files import remove_left_behind
from ssot_lint.run.store.folder import remove_cache, remove_caches


@click.command()
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path), metavar="[FOLDERS]...")
@quiet_option
def clean(folders: tuple[Path, ...], *, quiet: bool) -> None:
    """Remove the caches in folders and below, by default in the current folder.

    With them goes what a run has left behind that was killed while it wrote a file. A folder that
    was given as --cache-dir can be given, too.
    """
    for folder in folders or (Path(),):
        if not folder.is_dir():
            raise UserError(f"{folder}: no such folder")
        removed = [folder] if remove_cache(folder) else list(remove_caches(folder))
        left = remove_left_behind(str(folder))
        for path in [*map(str, removed), *left]:
            if not quiet:
                click.echo(f"removed {printable(path)}")
