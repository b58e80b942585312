"""What must hold whatever a fix makes of a file."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter

from flake8.defaults import NOQA_INLINE_REGEXP
from pyflakes import checker, messages

from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.source.text import decode
from ssot_lint.config.settings import Settings
from ssot_lint.engine.analyzer import Spares
from ssot_lint.engine.checker import Checker
from ssot_lint.fixes.edits import apply_edits
from ssot_lint.ids.generator.api import GeneratorApi
from ssot_lint.model.findings import Applicability, FileResult, Finding, FixResult

# What pyflakes says about names that are not there, not used, or hidden by others.
_ABOUT_NAMES = (
    messages.UndefinedName,
    messages.UndefinedLocal,
    messages.UndefinedExport,
    messages.UnusedImport,
    messages.UnusedVariable,
    messages.RedefinedWhileUnused,
    messages.ImportShadowedByLoopVar,
)


# The file is analysed anew for each finding: with many of them that takes too long.
BY_HAND = 6


class Linter(Checker):
    """A checker that looks at a text once, however often it is asked about it."""

    def __init__(self, settings: Settings, api: GeneratorApi | None = None) -> None:
        super().__init__(settings, (lambda: api) if api is not None else None)
        self._checked: dict[tuple[bytes, str], FileResult] = {}
        self._repaired: dict[tuple[bytes, str, bool], FixResult] = {}

    def check(self, source: bytes, path: str) -> FileResult:
        if (source, path) not in self._checked:
            self._checked[source, path] = super().check(source, path)
        return self._checked[source, path]

    def fix(
        self, source: bytes, path: str, *, unsafe: bool = False, spares: Spares | None = None
    ) -> FixResult:
        assert spares is None, "this is not remembered"
        if (source, path, unsafe) not in self._repaired:
            self._repaired[source, path, unsafe] = super().fix(source, path, unsafe=unsafe)
        return self._repaired[source, path, unsafe]


def check_fix(
    source: bytes,
    path: str,
    linter: Linter,
    *,
    unsafe: bool,
    keeps_imports: bool = False,
) -> FixResult:
    """Fix the source and hold the result against everything that must be true of it."""
    before = linter.check(source, path)
    result = linter.fix(source, path, unsafe=unsafe)
    if not before.analysed or not any(is_applicable(f, unsafe=unsafe) for f in before.findings):
        assert result.source is None
        return result
    fixed = result.source if result.source is not None else source
    assert result.source != source, "bytes that do not change are not given"
    assert result.result.analysed, result.result.findings
    assert linter.fix(fixed, path, unsafe=unsafe).source is None, "a second fix changes something"
    _expect_fewer_findings(before.findings, result, unsafe=unsafe)
    text, new = decode(source), decode(fixed)
    _expect_it_compiles(text, new)
    _expect_comments(text, new, result.fixed)
    _expect_names(text, new, keeps_imports=keeps_imports)
    _expect_untouched_code(source, path, linter, unsafe=unsafe)
    if unsafe and len(result.fixed) <= BY_HAND:
        assert apply_one_by_one(source, path, linter, unsafe=True) == fixed
    return result


def _expect_fewer_findings(before: tuple[Finding, ...], result: FixResult, *, unsafe: bool) -> None:
    left = Counter(finding.code for finding in result.result.findings)
    there = Counter(finding.code for finding in before)
    assert not left - there, "a finding is new"
    assert not [f for f in result.result.findings if is_applicable(f, unsafe=unsafe)]


def is_applicable(finding: Finding, *, unsafe: bool) -> bool:
    """Whether the finding has a fix that is applied in this mode."""
    if finding.fix is None:
        return False
    return finding.fix.applicability is Applicability.SAFE or (
        unsafe and finding.fix.applicability is Applicability.UNSAFE
    )


def _expect_it_compiles(text: str, new: str) -> None:
    compile(new, "fixed.py", "exec", dont_inherit=True)
    try:
        ast.parse(text, feature_version=(3, 10))
    except SyntaxError:
        return
    ast.parse(new, feature_version=(3, 10))


def _expect_comments(text: str, new: str, fixed: tuple[Finding, ...]) -> None:
    """No comment goes, but for those of removed code, and for the codes that suppressed nothing
    and what held only these.
    """
    unused = Counter(_OURS.findall(f.message)[0] for f in fixed if f.code == "OST901")
    there, left = comments(text), comments(new)
    for comment in _beside_what_is_gone(text, new):
        if there.count(comment) > left.count(comment) and not _OURS.search(comment):
            there.remove(comment)
    if not unused:
        assert not Counter(there) - Counter(left), "a comment is gone"
    gone = Counter(_named(there)) - Counter(_named(left))
    assert gone == unused, "other codes are gone than those that suppress nothing"
    besides = Counter(map(_bare, there)) - Counter(map(_bare, left))
    assert not +Counter({text: n for text, n in besides.items() if text}), "a comment is gone"


def _beside_what_is_gone(text: str, new: str) -> list[str]:
    """The comments behind statements that are gone, and those of imports, be it above them."""
    source, tree = SourceText(text), ast.parse(text)
    kept = {_code_on(line) for line in new.splitlines()}
    rows = {row for row, line in enumerate(source.lines, 1) if _code_on(line) not in kept}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            rows.update(range(node.lineno, (node.end_lineno or 0) + 1))
            above = node.lineno - 1
            while above in source.comment_rows:
                rows.add(above)
                above -= 1
    tokens = tokenize.generate_tokens(io.StringIO(text, newline=None).readline)
    return [t.string for t in tokens if t.type == tokenize.COMMENT and t.start[0] in rows]


def _code_on(line: str) -> str:
    return line.partition("#")[0].strip()


def _named(found: list[str]) -> list[str]:
    """Our codes that the suppressions among the comments name."""
    directives = (m[0] for comment in found for m in NOQA_INLINE_REGEXP.finditer(comment))
    return [code for directive in directives for code in _OURS.findall(directive)]


def _bare(comment: str) -> str:
    """What a comment says besides our codes."""
    directive = NOQA_INLINE_REGEXP.search(comment)
    if directive is None or directive["codes"] is None:
        return comment.strip()
    others = [c for c in re.split(r"[,\s]+", directive["codes"]) if c and not _OURS.fullmatch(c)]
    rest = comment[: directive.start()] + " ".join(others) + comment[directive.end() :]
    return rest.strip()


_OURS = re.compile(r"\bOST\d+")


def comments(text: str) -> list[str]:
    """The comments of a program."""
    lines = io.StringIO(text, newline=None).readline
    tokens = tokenize.generate_tokens(lines)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def _expect_names(text: str, new: str, *, keeps_imports: bool) -> None:
    problems = _about_names(new) - _about_names(text)
    if keeps_imports:
        problems = Counter({p: n for p, n in problems.items() if p[0] != "UnusedImport"})
    assert not problems, f"pyflakes finds something new: {problems}"


def _about_names(text: str) -> Counter[tuple[str, str]]:
    found = checker.Checker(ast.parse(text)).messages
    return Counter(
        (type(m).__name__, str(m.message_args[0])) for m in found if isinstance(m, _ABOUT_NAMES)
    )


def _expect_untouched_code(source: bytes, path: str, linter: Checker, *, unsafe: bool) -> None:
    """Each round leaves the statements alone that its edits do not touch."""
    finding = next(
        (f for f in linter.check(source, path).findings if is_applicable(f, unsafe=unsafe)), None
    )
    if finding is None or finding.fix is None:
        return
    text = SourceText(decode(source))
    touched = {
        row
        for edit in finding.fix.edits
        for row in range(edit.location.row, max(edit.end_location.row, edit.location.row) + 1)
    }
    after = Counter(_simple_statements(decode(apply_edits(source, finding.fix.edits)), set()))
    assert not Counter(_simple_statements(text.text, touched)) - after, "other code has changed"


def _simple_statements(text: str, but_rows: set[int]) -> list[str]:
    """The statements without a body that stand on none of the rows."""
    return [
        ast.dump(node)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.stmt)
        and not hasattr(node, "body")
        and but_rows.isdisjoint(range(node.lineno, (node.end_lineno or 0) + 1))
    ]


def apply_one_by_one(source: bytes, path: str, linter: Checker, *, unsafe: bool) -> bytes:
    """Apply the fixes of the findings by hand, one after the other, until none is left."""
    for _ in range(200):
        for finding in linter.check(source, path).findings:
            if is_applicable(finding, unsafe=unsafe) and finding.fix is not None:
                source = apply_edits(source, finding.fix.edits)
                break
        else:
            return source
    raise AssertionError("the fixes do not come to an end")
