"""What the first check does before it checks: the facts of all files, and their index."""

from __future__ import annotations

import sys
from pathlib import Path

from ssot_lint.config.reader import SettingsReader
from ssot_lint.ids.generator.reading import builtin_api
from ssot_lint.run.facts.collector import Collector


def main(folder: Path) -> None:
    """Collect them in one process, with nothing kept of earlier runs."""
    settings = SettingsReader((), isolated=True).for_folder(str(folder))
    index = (
        Collector(str(folder.resolve()), settings, builtin_api(settings), None, 1).collected().index
    )
    print(f"{len(index.contents)} files, {len(index.said)} names")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
