"""`fix --interactive`: one fix after the other, each with its diff, and written at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from ssot_lint.cli.add_noqa import suppress
from ssot_lint.cli.output import complain
from ssot_lint.fixes.changes import changes_of
from ssot_lint.fixes.edits import EditError, apply_edits
from ssot_lint.model.errors import UserError, printable
from ssot_lint.model.findings import Applicability, FileResult, Finding
from ssot_lint.model.wording import plural
from ssot_lint.run import files
from ssot_lint.run.runner import Runner

if TYPE_CHECKING:
    from ssot_lint.run.runner import Spared

ANSWERS = {
    "y": "apply it",
    "n": "skip it",
    "s": "skip it, and suppress the finding with a `# noqa` comment",
    "a": "apply it, and all others of this rule",
    "q": "quit",
}
_Key = tuple[str, str, str]


@dataclass
class Session:
    """Asks about one fix after the other."""

    runner: Runner
    unsafe: bool
    spared: Spared | None
    given: Sequence[str]
    """The paths that were given to the run."""
    applied: int = 0
    suppressed: int = 0
    skipped: int = 0
    is_over: bool = False
    has_failed: bool = False
    """Whether a file could not be written."""
    always: set[str] = field(default_factory=set)
    """The codes of which all fixes are wanted."""
    _changed: dict[str, bytes] = field(default_factory=dict)

    def run(self, results: Iterable[FileResult]) -> list[FileResult]:
        """What is left of the files whose first results these are."""
        return [one if self.is_over else self._file(one) for one in results]

    def summary(self) -> str:
        """What became of the fixes, in one line."""
        told = "Applied 1 fix" if self.applied == 1 else f"Applied {self.applied} fixes"
        if self.suppressed:
            told += f", suppressed {plural(self.suppressed, 'finding')}"
        return f"{told}, skipped {self.skipped}.\n"

    def _file(self, result: FileResult) -> FileResult:
        passed: Counter[_Key] = Counter()
        try:
            files.expect_inside(result.path, self.given)
            while not self.is_over:
                source = files.read(result.path)
                result = self._checked(source, result.path)
                finding = self._next(result, passed)
                if finding is None:
                    break
                self._decide(result, finding, source, passed)
        except OSError as error:
            self._complain(f"{result.path}: {error.strerror}")
        except UserError as error:
            self._complain(str(error))
        return result

    def _complain(self, reason: str) -> None:
        self.has_failed = True
        complain(reason)

    def _checked(self, source: bytes, path: str) -> FileResult:
        if not self._changed:
            return self.runner.check_bytes(source, path)
        with self.runner.knowing(self._changed):
            return self.runner.check_bytes(source, path)

    def _next(self, result: FileResult, passed: Counter[_Key]) -> Finding | None:
        """The first finding with a fix that nobody has decided about."""
        left = passed.copy()
        spares = self.spared(result.path) if self.spared is not None else None
        stay = spares(result.findings) if spares is not None else [False] * len(result.findings)
        for finding, stays in zip(result.findings, stay, strict=True):
            if stays or not finding.applicability.may_apply(unsafe=self.unsafe):
                continue
            if left[_key(finding)] > 0:
                left[_key(finding)] -= 1
                continue
            return finding
        return None

    def _decide(
        self, result: FileResult, finding: Finding, source: bytes, passed: Counter[_Key]
    ) -> None:
        answer = "y" if finding.code in self.always else self._ask(result, finding)
        if answer == "q":
            self.is_over = True
            return
        if answer == "a":
            self.always.add(finding.code)
        if answer in ("y", "a") and self._apply(finding, source):
            self.applied += 1
            return
        if answer == "s" and self._suppress(finding):
            self.suppressed += 1
            return
        passed[_key(finding)] += 1
        self.skipped += 1

    def _apply(self, finding: Finding, source: bytes) -> bool:
        assert finding.fix is not None
        try:
            after = apply_edits(source, finding.fix.edits)
        except EditError as error:
            self._complain(f"{finding.path}: {error}")
            return False
        files.replace(finding.path, source, after)
        self._changed[finding.path] = after
        return True

    def _suppress(self, finding: Finding) -> bool:
        done = suppress(self.runner, FileResult(finding.path, (finding,)), "")
        return done is not None

    def _ask(self, result: FileResult, finding: Finding) -> str:
        """The answer; to quit where there is none."""
        click.echo()
        place = f"{printable(finding.path)}:{finding.location.row}"
        code = click.style(finding.code, fg="red", bold=True)
        click.echo(f"{click.style(place, bold=True)}: {code} {printable(finding.message)}")
        assert finding.fix is not None
        lines = dict(result.lines)
        for group in changes_of(finding.fix.edits, lines):
            for change in group:
                color = "red" if change.sign == "-" else "green"
                click.echo(click.style(f"  {change.sign} {printable(change.line)}", fg=color))
        mark = " unsafe" if finding.applicability is Applicability.UNSAFE else ""
        while True:
            try:
                text = f"Apply this{mark} fix? [{','.join(ANSWERS)},?]"
                answer: str = click.prompt(text, prompt_suffix=" ", default="?", show_default=False)
            except click.Abort:
                click.echo()
                return "q"
            chosen = answer.strip().lower()[:1]
            if chosen in ANSWERS:
                return chosen
            for letter, told in ANSWERS.items():
                click.echo(f"  {letter}  {told}")


def _key(finding: Finding) -> _Key:
    """What a finding is about, wherever that stands by now."""
    return finding.code, finding.scope, finding.text
