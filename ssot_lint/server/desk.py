"""What the process does that works for the server: questions about texts, and their answers."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from ssot_lint.model.findings import FileResult, Finding
from ssot_lint.run.processes.limits import rare_collections

if TYPE_CHECKING:
    from ssot_lint import Session

_BOM = "\ufeff"


class Desk:
    """Answers questions about texts, with a session for each folder that is open.

    `folder` is that of the session, everywhere. What it takes and gives can be pickled.
    """

    def __init__(self, timeout: float) -> None:
        """A check or a fix may take `timeout` seconds of processor time; 0 is no limit."""
        self._timeout = timeout
        self._sessions: dict[str, Session] = {}
        self._told: set[str] = set()

    def warm_up(self) -> None:
        """Import what the first finding needs, while the client is still starting."""
        with rare_collections():  # imports leave no cycles
            from ssot_lint.engine import analyzer, checker, excerpt, trials  # noqa: F401
            from ssot_lint.run import session  # noqa: F401

            gc.freeze()  # no collection need look through them

    def reload(self) -> None:
        """Read settings, the generator's source, facts and baselines anew when they are needed."""
        for session in self._sessions.values():
            session.reload()

    def check(self, folder: str, text: str, path: str) -> tuple[FileResult, list[str]]:
        """What is found, and what else there is to say that was not said before."""
        session = self._session(folder)
        if session.leaves_out(path):
            return FileResult(path), []
        result = session.check(text, path)
        fresh = [line for line in session.warnings if line not in self._told]
        self._told.update(fresh)
        return result, [*result.warnings, *fresh]

    def fixed(self, folder: str, text: str, path: str) -> str | None:
        """The text with all safe fixes, without BOM; None where there is none."""
        from ssot_lint.analysis.source.text import decode

        source = self._session(folder).fix(text, path).source
        return decode(source) if source is not None else None

    def suppressed(self, folder: str, text: str, path: str, finding: Finding) -> str | None:
        """The text with a comment that suppresses a finding, without BOM; None where none does."""
        from ssot_lint.fixes.edits import apply_text_edits

        edits = self._session(folder).suppress(text, path, [finding])
        return apply_text_edits(text.removeprefix(_BOM), edits) if edits else None

    def pages(self, folder: str, path: str, codes: list[str]) -> list[str]:
        """The pages of some rules, in the words of a file's project."""
        from ssot_lint.config.settings import Settings
        from ssot_lint.model.errors import UserError
        from ssot_lint.rules.project_words import ProjectWords
        from ssot_lint.rules.registry import all_rules

        try:
            words = ProjectWords(self._session(folder).settings(path))
        except UserError:
            words = ProjectWords(Settings())
        return [words.page(rule) for rule in all_rules() if rule.code in codes]

    def _session(self, folder: str) -> Session:
        if folder not in self._sessions:
            from ssot_lint import Session

            self._sessions[folder] = Session(folder, timeout=self._timeout)
        return self._sessions[folder]
