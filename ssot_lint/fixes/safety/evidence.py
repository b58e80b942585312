"""What in a file speaks against another form of an id: a fix needs to know that nothing does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cached_property

import libcst as cst

from ssot_lint.analysis.dataflow.access_paths import SUBSTRING, WHOLE, AccessPath, Root, Through
from ssot_lint.analysis.dataflow.calls.operators import SETTERS
from ssot_lint.analysis.dataflow.declarations import effect_of
from ssot_lint.analysis.dataflow.forward import (
    FIRST,
    Declared,
    Event,
    Front,
    FunctionPassed,
    Handed,
    Operated,
    Passed,
    Visit,
    unknown_function,
)
from ssot_lint.analysis.dataflow.library import RUN_BY_OBJECTS
from ssot_lint.analysis.dataflow.references import references_of
from ssot_lint.analysis.dataflow.sinks.effects import CUT, Effect, keeps_end
from ssot_lint.analysis.syntax.parsing import last_name_of
from ssot_lint.fixes.file_context import FileContext
from ssot_lint.fixes.refusal import Place, Refusal
from ssot_lint.fixes.safety.elsewhere import (
    Elsewhere,
    Reached,
    Received,
    forward_of,
    is_left_to_others,
)
from ssot_lint.fixes.safety.facts_told import FactsTold
from ssot_lint.fixes.safety.forms import Evidence, FarEffect, Form
from ssot_lint.fixes.safety.hazards import (
    COOKIES,
    OPENING_LINK,
    TRACED,
    by_name,
    by_use,
    has_no_underscore,
    no_underscore,
    secret,
)
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.kinds import names_an_id, says_whose, snake_case
from ssot_lint.ids.shown import is_logged, is_text_output
from ssot_lint.project.index import Project

_WORD = re.compile(r"[\w-]+")
_SQL = re.compile(
    r"(?i)^\s*(create|drop|alter|truncate|insert|select|update|delete|listen|notify)\b"
)
_OPENING = frozenset({"open", "Path", "join", "mkdir", "makedirs", "remove", "unlink", "exists"})


class EvidenceInFile:
    """Gathers evidence in one file, and in those that it hands ids to."""

    def __init__(self, ids: IdModel, project: Project, elsewhere: Elsewhere | None = None) -> None:
        """`elsewhere` is that of the file from which an id is followed into this one."""
        self._ids = ids
        self.project = project
        self._is_elsewhere = elsewhere is not None
        self.elsewhere = elsewhere or Elsewhere(project, ids, EvidenceInFile)
        self._told = FactsTold(
            ids,
            project,
            self.elsewhere.types,
            self.elsewhere.links,
            lambda: self.elsewhere.is_behind_call,
        )
        self._model = model = ids.semantics
        self._parent = model.syntax.parent
        self._known: dict[tuple[tuple[AccessPath, ...], Form, bool], Evidence] = {}
        self._leading_nowhere: set[tuple[object, ...]] = set()
        """Arguments that no other file gets."""
        self._given_back: set[ast.Call] = set()
        """Calls that give back the id that is looked at just now."""
        # The same for all who follow ids into the file: what happens there depends on nobody.
        self.forward = ids.once(forward_of)

    def about(self, node: ast.expr, form: Form) -> Evidence:
        """What speaks against an id of the form in all that the value of an expression goes to."""
        events = self.forward.here(node)
        handed = [event for event in events if isinstance(event, Handed)]
        names = [Visit(one.path, one.at, FIRST, one.path.is_guess) for one in handed]
        near = self._judged([*((FIRST, e) for e in events), *((v, None) for v in names)], form)
        if near.obstacle is not None:
            return near
        far = self.beyond(tuple(dict.fromkeys(one.path for one in handed)), form)
        rooms = [room for room in (near.room, far.room) if room is not None]
        return Evidence(far.obstacle, near.doubt or far.doubt, min(rooms, default=None))

    def beyond(self, paths: tuple[AccessPath, ...], form: Form) -> Evidence:
        """What speaks against it from there on: the same for all ids that get into the paths."""
        key = (paths, form, self.elsewhere.is_behind_call)
        if key not in self._known:
            met = self.forward.beyond(paths)
            # What the first names say is asked with the place where they get the id.
            later = ((v, event) for v, event in met if event is not None or v.before is not FIRST)
            self._known[key] = self._judged(later, form)
        return self._known[key]

    def follow(self, paths: tuple[AccessPath, ...]) -> Iterator[tuple[Visit, Event | None]]:
        """All that happens to what gets into the paths."""
        return self.forward.beyond(paths)

    def gives_back(self, paths: tuple[AccessPath, ...], function: str) -> bool:
        """Whether calls of a function give what gets into the paths."""
        result = AccessPath(Root.RESULT, function)
        return any(visit.path == result for visit, _ in self.forward.beyond(paths))

    def _judged(self, met: Iterable[tuple[Visit, Event | None]], form: Form) -> Evidence:
        doubt: Refusal | None = None
        room: int | None = None
        for visit, event in met:
            for effect in self.effects(visit, event, form):
                says = effect.says
                if effect.width is not None:
                    room = min(effect.width, room or effect.width)
                    if effect.width >= form.width:
                        continue
                    says += form.too_wide(effect.width)
                far = effect.elsewhere if isinstance(effect, FarEffect) else ()
                refusal = Refusal(says, effect.at, visit.way, elsewhere=far)
                is_doubt = effect.is_doubt or visit.is_guess or self._may_be_another(visit, effect)
                if not is_doubt:
                    return Evidence(refusal, doubt, room)
                doubt = doubt or refusal
        return Evidence(None, doubt, room)

    def _may_be_another(self, visit: Visit, effect: Effect) -> bool:
        """Whether code of another file may do it to something else: to another field, to what is
        in a container beside the id, to a text around it.
        """
        path = visit.path
        is_own = path.root is not Root.FIELD or (bool(path.owner) and effect.demands_form)
        return self._is_elsewhere and not (is_own and path.labels == WHOLE)

    def demands(self, node: ast.expr) -> Iterator[tuple[Visit, Effect]]:
        """What takes no id of the generator and gets the one that a call of it makes."""
        method = self._ids.generator_method(node) if isinstance(node, ast.Call) else None
        is_context = method == self._ids.settings.context_method
        labels = WHOLE.within(Through.ELEMENT) if is_context else WHOLE
        form = Form()
        for visit, event in self.forward.follow(node, labels):
            for effect in self.effects(visit, event, form):
                fits = effect.width is not None and effect.width >= form.width
                if effect.demands_form and not effect.is_doubt and not fits:
                    yield visit, effect

    def effects(self, visit: Visit, event: Event | None, form: Form) -> Iterator[Effect]:
        """What an event says against the form."""
        match event:
            case None:
                if visit.path.root is Root.RESULT and visit.path.name in RUN_BY_OBJECTS:
                    says = f"`{visit.path.name}` gives it to whoever has the object"
                    yield Effect(says, is_doubt=True)
                yield from self._told.of_result(visit.path, form)
                yield from self._through_decorators(visit)
                used = self.elsewhere.used(
                    self.project.path, visit.path, form, is_kept=_is_kept(visit)
                )
                for received in used:
                    yield from _found_far(received, form)
                if visit.path.labels == SUBSTRING and has_no_underscore(visit.path.name):
                    yield no_underscore(f"a part of `{visit.path.name}`", visit.at)
                elif not visit.path.labels.is_beside_others:
                    yield from by_name(visit.path.name, visit.at)
                    yield from self._told.of_field(visit, form)
                    yield from self._told.of_variable(visit, form)
                    yield from self._handed_on_with_others(visit.path, form)
            case Effect():
                if self._matters(event, form):
                    yield event
            case Passed(call=call, labels=labels):
                if labels in (WHOLE, SUBSTRING):
                    yield from by_use(call)
                # Many ids may get into one call, of which others know nothing.
                if _argument(event) not in self._leading_nowhere:
                    yield from self._received(event, form)
            case Declared(name=name, declaration=declaration):
                fixed = self.elsewhere.types.fixed(self.project.path, declaration, name)
                if fixed is not None:
                    yield effect_of(fixed, declaration.place)
            case FunctionPassed(passed=passed):
                here = self.project.path
                for received in self.elsewhere.called_by_others(here, passed, form):
                    yield from _found_far(received, form)
            case Operated():
                yield from self._operated(event, form)
            case Handed(path=path, at=at) if path.root is Root.FIELD:
                yield from self._by_container(path.name, at)
            case Front():
                doubled = self._doubled(event, form)
                if doubled is not None:
                    yield Effect(f"`{doubled}` is put in front of it", event.whole)
                yield from self._behind(event)

    def _through_decorators(self, visit: Visit) -> Iterator[Effect]:
        """What other files put around the function that gives an id."""
        path = visit.path
        if path.root is not Root.RESULT:
            return
        for one in self._model.once(references_of).functions.get(path.name, ()):
            by = self.elsewhere.wrapped_by(self.project.path, one.node)
            if by:
                yield Effect(f"`{by}` gets it of `{path.name}`", one.node, is_doubt=True)

    def _matters(self, effect: Effect, form: Form) -> bool:
        """Whether what is done to an id says something against another form."""
        if effect.only_result and self._is_logged(effect.at):
            return False
        if self._is_elsewhere:
            # Who asks for what ids of the kind must begin with waits for such.
            is_waiting = bool(effect.sought) and effect.sought == form.required
            cut = self._parent(effect.at) if effect.at is not None else None
            if is_waiting or (effect.what == CUT.what and keeps_end(cut)):
                return False
        return not effect.sought or form.may_hold(effect.sought)

    def _received(self, passed: Passed, form: Form) -> Iterator[Effect]:
        """What other files do to what a call hands them, and this one to what it gives back."""
        reached = self.elsewhere.reached(self.project.path, passed)
        for _, _, paths in reached if not passed.keyword else ():
            for path in paths:  # a field of another file that gets it by position
                yield from self._told.of_field(Visit(path), form)
        by_method = list(self._by_method(passed, reached, form))
        if not reached and self._is_unknown(passed):
            yield Effect(unknown_function(passed.call.func), passed.call, is_doubt=True)
        elif not reached and not by_method:
            self._leading_nowhere.add(_argument(passed))
            return
        for taking, _, _ in reached:
            by = self.elsewhere.wrapped_by(taking.path, taking.node)
            if by:
                yield Effect(f"it goes through `{by}` in {taking.path}", passed.call, is_doubt=True)
        is_returned, is_used = False, self._is_used(passed.call)
        for received in self.elsewhere.received(self.project.path, passed, form):
            is_returned = is_returned or (is_used and received.is_returned())
            yield from _found_far(received, form)
        yield from by_method
        if is_returned and passed.call not in self._given_back:
            self._given_back.add(passed.call)
            events = list(self.forward.follow(passed.call, passed.labels))
            found = [one for visit, event in events for one in self.effects(visit, event, form)]
            self._given_back.discard(passed.call)
            yield from found

    def _operated(self, operated: Operated, form: Form) -> Iterator[Effect]:
        """What methods of other files do to what an operation hands them."""
        for received in self.elsewhere.operated(self.project.path, operated, form):
            yield from _found_far(received, form)
            method = operated.operation.method
            if method in SETTERS:
                says = f"it goes to what sets the attribute in {received.path}"
                yield Effect(says, operated.operation.receiver, is_doubt=True)

    def _is_unknown(self, passed: Passed) -> bool:
        """Whether nothing tells which function a call runs: that is decided elsewhere.

        What wraps a function hands on all that it is handed, for whatever function it is.
        """
        callees, func = self.forward.callees, passed.call.func
        if is_text_output(passed.call):
            return False
        is_open = callees.is_left_open(func) if passed.is_spread else callees.is_open(passed.call)
        return is_open or self.elsewhere.is_passed_on(self.project.path, func)

    def _is_used(self, call: ast.Call) -> bool:
        """Whether anybody gets what a call gives."""
        around = self._parent(call)
        if isinstance(around, ast.Await):
            around = self._parent(around)
        return not isinstance(around, ast.Expr)

    def _by_method(
        self, passed: Passed, reached: Iterable[Reached], form: Form
    ) -> Iterator[Effect]:
        """What methods of the name do to it, where nothing tells whose method a call runs.

        Or only that of a protocol, or of an abstract class, which others do in its place.
        """
        is_open = all(is_left_to_others(found.node) for found, _, _ in reached)
        if is_open and not is_text_output(passed.call):
            yield from self._told.of_method(passed, form)

    @cached_property
    def _spreading(self) -> list[ast.Call]:
        """The calls that hand on a whole mapping."""
        calls = self._model.syntax.of(ast.Call)
        return [call for call in calls if any(word.arg is None for word in call.keywords)]

    def _handed_on_with_others(self, path: AccessPath, form: Form) -> Iterator[Effect]:
        """What becomes of a field in the calls that hand on a whole mapping."""
        is_id = path.root is Root.FIELD and path.labels == WHOLE and says_whose(path.name)
        for call in self._spreading if is_id else ():
            yield from self._received(Passed(call, path.labels, path.name), form)

    def _is_logged(self, node: ast.AST | None) -> bool:
        return isinstance(node, ast.expr) and is_logged(node, self._ids)

    def _by_container(self, name: str, at: ast.AST | None) -> Iterator[Effect]:
        """What the container says that something is put into under a name."""
        parent = self._parent(at) if at is not None else None
        match parent:
            case ast.Assign(targets=[ast.Subscript(value=container)]):
                if last_name_of(container) in COOKIES:
                    yield Effect(secret("a cookie, a secret"), at)
            case ast.Dict() if name == "name":
                around = self._parent(parent)
                if isinstance(around, ast.Dict):
                    key = around.keys[around.values.index(parent)]
                    if isinstance(key, ast.Constant) and key.value == "metadata":
                        yield no_underscore("an object of Kubernetes", at)

    def _doubled(self, front: Front, form: Form) -> str | None:
        """What stands in front of the id and is what it will begin with, too."""
        required = form.required
        if not (required and front.text.endswith(required)) and not self._is_id(front.whole):
            return None
        return form.doubled(front.text)

    def _is_id(self, whole: ast.expr) -> bool:
        """Whether something with the name of an id gets the value of an expression."""
        names = (path.name.replace(".", "_") for path in self.forward.gets(whole))
        return any(names_an_id(snake_case(name)) for name in names)

    def _behind(self, front: Front) -> Iterator[Effect]:
        """What follows from the text in front of the id."""
        text, whole = front.text, front.whole
        if OPENING_LINK.search(text):
            yield Effect(secret("a link that opens a door, a secret"), whole)
        if text.startswith("00-"):
            yield Effect(TRACED, whole, demands_form=True)
        # From behind: a search for a word at the end tries each letter of a long one anew.
        told = _WORD.match(text[-2::-1]) if text.endswith("=") else None
        if told is not None:
            yield from by_name(told[0][::-1], whole)
        parent = self._parent(whole)
        if _SQL.match(text) or (
            isinstance(parent, ast.Call) and last_name_of(parent.func) in _OPENING
        ):
            yield Effect("it becomes a part of a name or a path", whole, is_doubt=True)


class EvidenceOfForm(EvidenceInFile):
    """That of a file whose ids are rewritten. Made once per file: `file.once(EvidenceOfForm)`."""

    def __init__(self, file: FileContext) -> None:
        super().__init__(file.ids, file.project)
        self._file = file

    def unsuited(self, made: Iterable[cst.BaseExpression]) -> str | None:
        """What takes no id of the generator and gets one of those, or pieces of those, it made.

        A sentence for a message; None when nothing in sight does.
        """
        demands = [demand for node in made for demand in self._demands(node)]
        if not demands:
            return None
        named = (demand for demand in demands if demand[0].path.name)
        visit, effect = next(named, demands[0])
        name = f"`{visit.path.name}`" if visit.path.name else "the id"
        what = f"it {effect.what}" if effect.subject else effect.what
        return f"mind {name}: {what}, which ids of the generator do not suit"

    def demand(self, made: cst.BaseExpression) -> Refusal | None:
        """What takes no id of the generator and gets the one that it made, or a piece of it."""
        found = next(self._demands(made), None)
        if found is None:
            return None
        visit, effect = found
        return Refusal(effect.says, effect.at, visit.way)

    def _demands(self, made: cst.BaseExpression) -> Iterator[tuple[Visit, Effect]]:
        node = self._file.semantics.node_map.twin(made)
        return self.demands(node) if isinstance(node, ast.expr) else iter(())


def _found_far(received: Received, form: Form) -> Iterator[Effect]:
    """What another file does to an id of the form that it has got."""
    evidence = received.evidence
    for refusal in filter(None, (evidence.obstacle, evidence.doubt)):
        way = _far(refusal, received.path)
        line = f", line {way[-1].row}" if way else ""  # a name may say it, wherever that is
        says = f"{refusal.reason} in {received.path}{line}"
        reason = refusal.reason if refusal.elsewhere else says
        yield FarEffect(reason, is_doubt=refusal is evidence.doubt, elsewhere=way)
    if evidence.room is not None and evidence.room >= form.width:
        yield Effect("its width is fixed", width=evidence.room)


def _far(refusal: Refusal, path: str) -> tuple[Place, ...]:
    """The way of an id in another file, and from there on, to what speaks against it."""
    nodes = [(point.node, point.says) for point in refusal.way]
    if isinstance(refusal.because, ast.AST):
        nodes.append((refusal.because, refusal.reason))
    own = [
        Place(path, getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1, says)
        for node, says in nodes
    ]
    return (*own, *refusal.elsewhere)


def _is_kept(visit: Visit) -> bool:
    """Whether a variable of the module has held the id on its way."""
    before = visit.before
    while before is not None:
        if before.path.root is Root.VARIABLE and not before.path.scope:
            return True
        before = before.before
    return False


def _argument(passed: Passed) -> tuple[object, ...]:
    """What tells an argument from others; to look at a call takes longer than its identity."""
    return id(passed.call), passed.keyword, passed.at, passed.labels.chain
