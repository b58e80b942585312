"""The way of an id through the files of a project, for people to read."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ssot_lint.analysis.dataflow.access_paths import AccessPath
from ssot_lint.analysis.dataflow.forward import Event, Front, Handed, Passed, Visit, got
from ssot_lint.analysis.dataflow.sinks.effects import Effect
from ssot_lint.analysis.syntax.parsing import last_name_of, walk
from ssot_lint.fixes.refusal import Place
from ssot_lint.fixes.safety.elsewhere import Gatherer
from ssot_lint.fixes.safety.evidence import EvidenceInFile
from ssot_lint.fixes.safety.forms import FarEffect, Form
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.kinds import names_an_id, snake_case
from ssot_lint.project.index import Project

# Nobody reads more.
_MOST = 200


def traces(ids: IdModel, project: Project, row: int) -> Iterator[tuple[Place, ...]]:
    """The way of each id that a row, from 1, makes or reads; its beginning first.

    `project` is what the file may ask of others.
    """
    evidence = EvidenceInFile(ids, project)
    for node in _ids_on(ids, evidence, row):
        trace = _Trace(evidence)
        begin = Place(project.path, node.lineno, node.col_offset + 1, _begins(ids, node))
        yield (begin, *trace.of(node))


class _Trace:
    """The way of one id."""

    def __init__(self, evidence: EvidenceInFile) -> None:
        self._evidence = evidence
        self._known: set[tuple[str, tuple[AccessPath, ...]]] = set()

    def of(self, node: ast.expr) -> list[Place]:
        """Where the value of an expression goes, and what is done to it there."""
        found: dict[Place, None] = {}
        for place in self._steps(self._evidence, self._evidence.forward.follow(node)):
            found[place] = None
            if len(found) == _MOST:
                break
        return list(found)

    def _steps(self, file: Gatherer, met: Iterable[tuple[Visit, Event | None]]) -> Iterator[Place]:
        path = file.project.path
        for visit, event in met:
            match event:
                case Handed(path=gets, at=at):
                    yield from _at(path, at or visit.at, got(gets))
                case Passed():
                    yield from self._passed(file, event)
                    continue
                case Front(whole=whole) if " " not in event.text:  # else a text for people
                    yield from _at(path, whole, f"`{event.shown}` is put in front of it")
            for effect in file.effects(visit, event, Form()):
                if isinstance(effect, FarEffect):
                    yield from effect.elsewhere
                elif isinstance(effect, Effect):
                    yield from _at(path, effect.at or visit.at, effect.says)

    def _passed(self, file: Gatherer, passed: Passed) -> Iterator[Place]:
        """What happens to it in the functions of other files."""
        path = file.project.path
        for found, other, paths in file.elsewhere.reached(path, passed):
            name = last_name_of(passed.call.func)
            yield from _at(path, passed.call, f"it is handed to `{name}`")
            if (found.path, paths) not in self._known:
                self._known.add((found.path, paths))
                gets = got(paths[0])
                yield Place(found.path, found.node.lineno, found.node.col_offset + 1, gets)
                yield from self._steps(other, other.follow(paths))


def _at(path: str, node: ast.AST | None, says: str) -> Iterator[Place]:
    row = getattr(node, "lineno", None)
    if row is not None:
        yield Place(path, row, getattr(node, "col_offset", 0) + 1, says)


def _ids_on(ids: IdModel, evidence: EvidenceInFile, row: int) -> list[ast.expr]:
    """What makes ids on a row; else what is given to something that is named as one, or read of it.

    Of expressions in each other the outer one.
    """
    nodes = [
        node
        for node in ids.semantics.syntax.nodes
        if isinstance(node, ast.expr) and node.lineno == row
    ]
    found = [node for node in nodes if _makes_id(ids, node)]
    found = found or [node for node in nodes if _becomes_id(evidence, node)]
    found = found or [node for node in nodes if _is_named(node)]
    inside = {id(below) for node in found for below in walk(node) if below is not node}
    return [node for node in found if id(node) not in inside]


def _becomes_id(evidence: EvidenceInFile, node: ast.expr) -> bool:
    """Whether something that is named as an id gets the value of a text that is built here."""
    if not isinstance(node, (ast.JoinedStr, ast.BinOp, ast.Call, ast.Constant)):
        return False
    names = (path.name for path in evidence.forward.gets(node))
    return any(names_an_id(snake_case(name)) for name in names)


def _makes_id(ids: IdModel, node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return False
    return ids.banned(node.func) is not None or ids.generator_method(node) is not None


def _is_named(node: ast.expr) -> bool:
    """Whether it reads something that is named as an id."""
    match node:
        case ast.Name(ctx=ast.Load()) | ast.Attribute(ctx=ast.Load()):
            return names_an_id(snake_case(last_name_of(node)))
        case ast.Subscript(slice=ast.Constant(value=str(key)), ctx=ast.Load()):
            return names_an_id(snake_case(key))
    return False


def _begins(ids: IdModel, node: ast.expr) -> str:
    return f"`{ast.unparse(node)}` {'makes' if _makes_id(ids, node) else 'is'} an id"
