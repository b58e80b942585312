"""Prints how many seconds the language server takes to its first findings, or to those of an edit.

    python server_script.py begun|first|edited FILE...

`begun` counts from the start of the program to the first findings of the first file, `first` from
where that file is opened in a server that has just said hello. `edited` is the median of edits in
the last file, whose findings are then waited for.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.helpers.editor import Editor

_EDITS = 20


def main(what: str, *names: str) -> None:
    """Measure one thing."""
    paths = [Path(name) for name in names]
    begin = time.perf_counter()
    with Editor(paths[0].parent) as editor:
        if what == "first":
            begin = time.perf_counter()
        for path in paths:
            editor.open(path.as_uri(), path.read_text(encoding="utf-8"))
            if not editor.diagnostics(path.as_uri()):
                sys.exit(f"nothing found in {path}")
            if path == paths[0]:
                taken = time.perf_counter() - begin
        print(taken if what != "edited" else statistics.median(_edits(editor, paths[-1].as_uri())))


def _edits(editor: Editor, uri: str) -> list[float]:
    """How long the findings take behind each of some edits, all over the file."""
    taken = []
    step = editor.text(uri).count("\n") // _EDITS
    for number in range(_EDITS):
        place = {"line": number * step, "character": 0}
        begin = time.perf_counter()
        editor.change(uri, {"range": {"start": place, "end": place}, "text": "# edited\n"})
        editor.diagnostics(uri)
        taken.append(time.perf_counter() - begin)
    return taken


if __name__ == "__main__":
    main(*sys.argv[1:])
