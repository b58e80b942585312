"""What tests, doctests and comments of a file say of ids that it makes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property

from ssot_lint.analysis.syntax.parsing import last_name_of, walk
from ssot_lint.analysis.syntax.patching import PATCHING, is_patch
from ssot_lint.fixes.file_context import FileContext
from ssot_lint.fixes.refusal import Refusal
from ssot_lint.ids.makers import BANNED_MODULES, MODULES

# What gives the names of a module: `globals()["uuid4"] = fixed`, `sys.modules["uuid"] = fake`.
_MODULE_NAMES = frozenset({"globals", "vars", "modules", "__dict__"})
# Comments that are about an id, and what speaks of its form: whole words.
_ABOUT_ID = re.compile(
    r"(?i)\b(\w*ids?|uuids?|suffix|prefix\w*|unprefixed|un-prefixed|form|format)\b"
)
_OF_FORM = re.compile(
    r"(?i)\b(short|un-?prefixed|(no|without( an?y?)?) prefix"
    r"|(plain|raw|bare|valid|real|proper|pure|true)[ -]uuids?|must be an? uuid|uuid[ -]format"
    r"|\d+[ -](chars?|characters?|digits?)|hex|hexadecimal)\b"
)


class Surroundings:
    """Those of one file. Made once per file: `file.once(Surroundings)`."""

    def __init__(self, file: FileContext) -> None:
        self._settings = file.ids.settings
        self._semantics = file.ids.semantics
        self._project = file.project
        self._known: dict[frozenset[str], Refusal | None] = {}

    def doubt(self, node: ast.expr, *, is_built: bool) -> Refusal | None:
        """Why an id that is made at a node may be meant to have the form that it has.

        `is_built` is for ids that are put together from clocks and randomness.
        """
        patched = self._patched(MODULES if is_built else BANNED_MODULES)
        return patched or self._in_doctest(node) or self._said(node)

    def _patched(self, modules: frozenset[str]) -> Refusal | None:
        """What puts something else in the place of what makes such ids, for a test."""
        if modules not in self._known:
            banned = frozenset(name.rpartition(".")[2] for name in self._settings.banned)
            at = next(self._patching(banned, modules), None)
            says = "something else is put in the place of what makes it"
            self._known[modules] = Refusal(says, at) if at is not None else None
            for told in self._project.patching(sorted(banned | modules)) if at is None else ():
                self._known[modules] = Refusal(told.says)
        return self._known[modules]

    def _patching(self, banned: frozenset[str], modules: frozenset[str]) -> Iterator[ast.AST]:
        mentions = self._semantics.mentions
        for name in sorted(banned):
            for piece in mentions.of(name):
                targets = piece.targets if isinstance(piece, ast.Assign) else []
                if any(_names_function(one, name) for one in targets):
                    yield piece
        for name in sorted(banned | modules):
            for piece in mentions.of(name):
                if isinstance(piece, ast.Global) and self._sets(piece, name):
                    yield piece
        for word in sorted(PATCHING):
            for call in (node for piece in mentions.of(word) for node in walk(piece)):
                if isinstance(call, ast.Call) and is_patch(call.func):
                    parts = [text.split(".")[-2:] for arg in call.args for text in self._texts(arg)]
                    if any(part[-1] in banned | modules or part[0] in modules for part in parts):
                        yield call

    def _sets(self, shared: ast.Global, name: str) -> bool:
        """Whether the function that shares a name with the module gives it another value."""
        here = self._semantics.syntax.function_of(shared)
        return any(
            isinstance(piece, ast.Assign)
            and any(isinstance(one, ast.Name) and one.id == name for one in piece.targets)
            and self._semantics.syntax.function_of(piece) is here
            for piece in self._semantics.mentions.of(name)
        )

    def _texts(self, arg: ast.expr) -> Iterator[str]:
        """The text that an argument is, or ends with."""
        match arg:
            case ast.Constant(value=str(text)):
                yield text
            case ast.JoinedStr(values=[*_, last]) | ast.BinOp(op=ast.Add(), right=last):
                yield from self._texts(last)
            case ast.Name(id=name):
                known = self._semantics.constants.get(name)
                if isinstance(known, str):
                    yield known

    def _in_doctest(self, node: ast.expr) -> Refusal | None:
        """A doctest that runs the function, or one of the class, that the node stands in."""
        if not self._doctests:
            return None
        for outer in self._semantics.syntax.ancestors(node):
            name = getattr(outer, "name", None)
            called = re.compile(rf"^[ \t]*(?:>>>|\.\.\.).*\b{name}\b", re.MULTILINE)
            for text in self._doctests if isinstance(name, str) else ():
                if called.search(str(text.value)):
                    return Refusal(f"a doctest runs `{name}`", text)
        return None

    @cached_property
    def _doctests(self) -> list[ast.Constant]:
        """The docstrings with examples."""
        if ">>>" not in self._semantics.text.text:
            return []
        found: list[ast.Constant] = []
        for holder in self._semantics.syntax.statements:
            match getattr(holder, "body", ()):
                case [ast.Expr(value=ast.Constant(value=str(text)) as docstring), *_]:
                    if ">>>" in text:
                        found.append(docstring)
        return found

    def _said(self, node: ast.expr) -> Refusal | None:
        """A comment on the line, or right above, that speaks of the id's form."""
        statement = self._semantics.syntax.statement_of(node)
        rows = {node.lineno, statement.lineno if statement is not None else node.lineno}
        text = self._semantics.text
        for row in sorted(rows):
            near = "".join(text.lines[max(row - 2, 0) : row])
            if "#" not in near or _OF_FORM.search(near) is None:
                continue  # to find the comments of a file takes long
            for comment in text.comments_at(row):
                word = _OF_FORM.search(comment)
                if word is not None and _ABOUT_ID.search(comment):
                    return Refusal(f'a comment speaks of its form: "{word[0]}"', row=row)
        return None


def _names_function(target: ast.expr, name: str) -> bool:
    """Whether a target is an attribute of a name, or what the module has under it."""
    match target:
        case ast.Attribute(attr=attribute):
            return attribute == name
        case ast.Subscript(slice=ast.Constant(value=key), value=names):
            return key == name and last_name_of(names) in _MODULE_NAMES
    return False
