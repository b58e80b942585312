"""The folders that commands are run on: the given one, which is only read, and copies of it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.ast_script import python_files

GENERATOR = Path(__file__).resolve().parent.parent / "examples" / "backend" / "shared"
SAMPLE_SIZE = 200
COPIES = 4


@dataclass(frozen=True)
class Trees:
    """What is asked for is made in the work folder, once."""

    source: Path
    work: Path

    @cached_property
    def files(self) -> list[Path]:
        """The Python files of the source."""
        return list(python_files(self.source))

    @cached_property
    def copy(self) -> Path:
        """All Python files of the source, which may be changed."""
        folder = self.work / "copy"
        for path in self.files:
            target = folder / path.relative_to(self.source)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        return folder

    @cached_property
    def sample(self) -> Path:
        """Files spread evenly over the source, side by side: no tool leaves out `tests` there."""
        return self._sampled("sample")

    @cached_property
    def growing(self) -> list[Path]:
        """Copies of the sample."""
        return [self._sampled(f"growing/{number}") for number in range(COPIES)]

    def grown(self, count: int) -> Path:
        """One folder with so many copies of the sample."""
        for number in range(count):
            self._sampled(f"grown/{count}/{number}")
        return self.work / f"grown/{count}"

    @cached_property
    def shapes(self) -> Path:
        """A project with a generator, for programs that are made."""
        folder = self.work / "shapes"
        shutil.copytree(GENERATOR, folder / GENERATOR.name)
        return folder

    @cached_property
    def clean_file(self) -> Path:
        """A file that no rule has a word to say about."""
        path = self.work / "clean.py"
        path.write_text('def greeting(name: str) -> str:\n    return f"Hello, {name}!"\n')
        return path

    def median_file(self, word: bytes = b"") -> Path:
        """The file of the copy, among those that hold a word, that as many are smaller as bigger.

        Among all, where no file holds it.
        """
        files = sorted(python_files(self.copy), key=lambda path: path.stat().st_size)
        holding = [path for path in files if word in path.read_bytes()] or files
        return holding[len(holding) // 2]

    def spread(self, count: int) -> list[Path]:
        """So many files of the copy, spread evenly over it."""
        files = list(python_files(self.copy))
        return [files[index * len(files) // count] for index in range(min(count, len(files)))]

    def _sampled(self, name: str) -> Path:
        folder = self.work / name
        folder.mkdir(parents=True)
        count = min(SAMPLE_SIZE, len(self.files))
        for index in range(count):
            path = self.files[index * len(self.files) // count]
            shutil.copyfile(path, folder / f"f{index:03}_{path.name}")
        return folder


def size(folder: Path) -> tuple[int, int]:
    """How many files, and how many bytes they have."""
    sizes = [path.stat().st_size for path in python_files(folder)]
    return len(sizes), sum(sizes)
