"""What the tests of a file put in the place of functions that make ids in other files."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ssot_lint.analysis.syntax.parsing import dotted_name, last_name_of, plain_text
from ssot_lint.analysis.syntax.patching import is_patch
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.makers import BANNED_MODULES, MODULES
from ssot_lint.project.facts import Fact, Reach
from ssot_lint.project.modules import imported_by, is_foreign


def patches(ids: IdModel, path: str) -> Iterator[Fact]:
    """All of them; `path` is that of the file, relative to the root of the project."""
    banned = BANNED_MODULES | ids.settings.banned_last_names
    words = MODULES | banned
    for call in ids.semantics.syntax.of(ast.Call):
        for target in _targets(ids, call, words) if is_patch(call.func) else ():
            module, name = _parted(target, words)
            # Who stops the clock for all measures how long something takes.
            if name and (module or name in banned):
                for one in [module] if module else imported_by(ids.semantics.names.imports, path):
                    says = f"`{ast.unparse(call.func)}` replaces `{target}`"
                    yield Fact(f"{name}()", says, call.lineno, Reach.PATCH, one)


def _targets(ids: IdModel, call: ast.Call, words: frozenset[str]) -> Iterator[str]:
    """The dotted names of what a call replaces."""
    match [plain_text(arg) for arg in call.args[:2]], call.args[:2]:
        case [str(whole), *_], _:
            yield whole
        case [None, str(name)], [ast.expr() as owner, _]:
            written = dotted_name(owner)
            if name in words or (written is not None and last_name_of(owner) in words):
                known = sorted(ids.semantics.names.dotted(owner))
                yield from (f"{one}.{name}" for one in known or filter(None, [written]))


def _parted(target: str, words: frozenset[str]) -> tuple[str, str]:
    """The module that has what is replaced, and the last name of that; empty where it makes no ids.

    `app.runs.uuid.uuid4` is the function as `app.runs` knows it, `uuid.uuid4` as all do.
    """
    *around, last = target.split(".")
    if last not in words and not (around and around[-1] in MODULES):
        return "", ""
    if around and around[-1] in MODULES:
        around.pop()
    module = ".".join(around)
    return ("" if is_foreign(module) else module), last
