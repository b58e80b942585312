"""One project for as long as an editor is open: texts as they are in buffers, checked and fixed."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ssot_lint.analysis.source.text import encoding_of
from ssot_lint.config.reader import SettingsReader
from ssot_lint.config.settings import Settings
from ssot_lint.model.errors import UserError, internal_error
from ssot_lint.model.findings import FileResult, Finding, FixResult
from ssot_lint.rules.registry import CODES
from ssot_lint.run import files
from ssot_lint.run.processes.limits import rare_collections
from ssot_lint.run.ratchet import Baselines
from ssot_lint.run.runner import Options, Runner

if TYPE_CHECKING:
    from ssot_lint.fixes.edits import TextEdit

_BOM = "\ufeff"


def settings_for(path: str | os.PathLike[str]) -> Settings:
    """The settings that hold for the file at `path`, which need not be there.

    Those of the nearest `pyproject.toml` upward with a section `[tool.ssot-lint]`, else the
    defaults. Raises UserError, whose text is one line, for settings that cannot be read.
    """
    return SettingsReader(CODES).for_file(path)


class Session:
    """Holds what checks of single files share: settings, the generator, facts, baselines.

    `root` is a folder, by default the current one: relative paths begin there. A path need not be
    that of a file which is there. What other files say of ids is what the last run over all files
    of the project has left behind; nothing is searched. `timeout` is how many seconds of processor
    time a check or a fix may take; 0 is no limit. It holds in the main thread only, and on systems
    that have such alarms.

    All of it is read when it is first needed, and kept until `reload`. Not for several threads at a
    time. Nothing is written. Its methods never raise for bad sources, settings or baselines: the
    result says so, with an OST900 finding.
    """

    def __init__(
        self,
        root: str | os.PathLike[str] | None = None,
        *,
        timeout: float = Options.timeout,
        timeout_option: str = Options.timeout_option,
    ) -> None:
        self._root = os.path.abspath(root if root is not None else os.getcwd())
        given = os.environ.get("SSOT_LINT_CACHE_DIR")
        self._options = Options(
            use_cache=True,  # where facts are kept
            cache_dir=Path(given) if given else None,
            timeout=timeout,
            timeout_option=timeout_option,
        )
        self.reload()

    def reload(self) -> None:
        """Forget what was read: settings, the generator's source, facts and baselines."""
        self._reader = SettingsReader(CODES)
        self._baselines = Baselines(self._reader, None)
        self._runners: dict[int, Runner] = {}

    def settings(self, path: str | os.PathLike[str]) -> Settings:
        """The settings that hold for the file at `path`. Raises UserError for bad ones."""
        return self._reader.for_file(self._absolute(path))

    def leaves_out(self, path: str | os.PathLike[str]) -> bool:
        """Whether settings exclude the file at `path`. False where they cannot be read."""
        try:
            return files.is_excluded(self._absolute(path), self._reader)
        except (UserError, OSError, ValueError):
            return False

    def check(self, source: bytes | str, path: str | os.PathLike[str]) -> FileResult:
        """What is found in a file with this content, without what its project's baseline accepts.

        `source` are the bytes of a file, or its text, with the line ends that it has; a text is
        taken as a file that holds it in the encoding that it names for itself. Rows and columns
        count from 1, columns in code points; a BOM counts in none.
        """
        return self._guarded(path, lambda name: self._new(self._checked(source, name)))

    def fix(
        self, source: bytes | str, path: str | os.PathLike[str], *, unsafe: bool = False
    ) -> FixResult:
        """What fixes make of a file with this content, and what is left.

        Of `source`, see `check`. Only safe fixes, unless `unsafe`; none of what a baseline accepts.
        The bytes that it gives are in the encoding of the file, with the BOM that it had.
        """
        found: list[FixResult] = []

        def fixed(name: str) -> FileResult:
            found.append(self._fixed(_in_bytes(source), name, unsafe=unsafe))
            return found[0].result

        result = self._guarded(path, fixed)
        return found[0] if found and found[0].result is result else FixResult(result)

    def suppress(
        self, source: bytes | str, path: str | os.PathLike[str], findings: Collection[Finding]
    ) -> list[TextEdit]:
        """The edits of a text by which `# noqa` comments suppress findings, as of --add-noqa.

        `findings` are some of those that `check` gave. The edits count from 0, in code points of
        the text without BOM. Empty where no comment does what it should, and that alone.
        """
        from ssot_lint.engine.add_noqa import edits_that_suppress  # takes more than checks need

        def check(content: bytes) -> FileResult:
            return self._checked(content, self._absolute(path))

        try:
            return edits_that_suppress(_in_bytes(source), findings, check) or []
        except (UserError, OSError, ValueError, RecursionError):
            return []

    @property
    def warnings(self) -> list[str]:
        """What limits the fixes in the projects that were looked at: a line for each of them."""
        return [line for runner in self._runners.values() for line in runner.warnings()]

    def _checked(self, source: bytes | str, path: str) -> FileResult:
        return self._runner(path).check_bytes(_in_bytes(source), path)

    def _fixed(self, source: bytes, path: str, *, unsafe: bool) -> FixResult:
        runner, baselines = self._runner(path), self._baselines
        if baselines.unknown([path]):
            baselines.follow([runner.check_bytes(source, path)])
        fixed = runner.fix_bytes(source, path, unsafe=unsafe, spared=baselines.spared)
        return replace(fixed, result=baselines.without(fixed.result))

    def _new(self, result: FileResult) -> FileResult:
        if not result.findings or not self._baselines.speaks_of(result.path):
            return result
        return self._baselines.without_asking_others(result)

    def _runner(self, path: str) -> Runner:
        """What checks the files of a project: a runner knows the facts of one."""
        settings = self._reader.for_file(path)
        # The reader hands out one object per section.
        key = id(settings)
        if key not in self._runners:
            self._runners[key] = Runner(self._reader, self._options)
        return self._runners[key]

    def _guarded(
        self, path: str | os.PathLike[str], work: Callable[[str], FileResult]
    ) -> FileResult:
        name = self._absolute(path)
        try:
            with rare_collections():
                return work(name)
        except UserError as error:
            return _not_analysed(name, str(error))
        except MemoryError:
            return _not_analysed(name, "not enough memory")
        except Exception as error:
            return _not_analysed(name, internal_error(error))

    def _absolute(self, path: str | os.PathLike[str]) -> str:
        return os.path.normpath(os.path.join(self._root, path))


def _not_analysed(path: str, reason: str) -> FileResult:
    from ssot_lint.engine.checker import not_analysed  # as the runner does

    return not_analysed(path, reason)


def _in_bytes(source: bytes | str) -> bytes:
    """A text as a file holds it. Raises UserError where its encoding cannot say it."""
    if isinstance(source, bytes):
        return source
    bom, text = (_BOM, source[1:]) if source.startswith(_BOM) else ("", source)
    try:
        encoding = encoding_of((bom + text).encode("utf-8", "surrogatepass"))
        return bom.encode() + text.encode("utf-8" if bom else encoding)
    except UnicodeError as error:
        raise UserError(f"cannot be written in the encoding of the file: {error}") from None
    except (SyntaxError, LookupError):  # what the file names is no encoding: the check says so
        return source.encode("utf-8", "surrogatepass")
