"""Whether a fixed text holds what its new code needs: a check of results, whoever planned them.

Looks at the text before and after, and at the edits between. Every name that new code reads is
bound on every way to it, what it reads back is what it wrote there, reads that the fix did not
touch meet what they met before, and nothing that is stored is moved over something that acts.
"""

from __future__ import annotations

import ast
import builtins
import re
import warnings
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import cast

from ssot_lint.analysis.semantics.bindings import FUNCTION_NODES
from ssot_lint.analysis.semantics.control_flow.reaching_definitions import (
    OUTSIDE,
    UNBOUND,
    Definition,
    Definitions,
    Nowhere,
    Reaching,
    Read,
    hands_errors_on,
)
from ssot_lint.analysis.semantics.import_bindings import prepares_imports
from ssot_lint.analysis.semantics.known_functions import LISTING_NAMES, RUNNING_TEXT
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.grammar import newer_than_3_10
from ssot_lint.analysis.syntax.parsing import FUNCTIONS, TRIES, children, walk
from ssot_lint.fixes.spans import TEXTS, Name, Side, Spans

_LOOKING = re.compile(
    rf"\b(?:globals|{'|'.join(sorted(LISTING_NAMES | RUNNING_TEXT))})\s*\(|\bsys\.modules\b"
)
# What may have an effect, or end the run of the code it stands in.
_ACTING = (
    ast.Await, ast.Break, ast.Call, ast.Continue, ast.Delete, ast.Raise, ast.Return, ast.Yield,
    ast.YieldFrom,
)  # fmt: skip
# What can neither fail nor run code that a class hides.
_CALM = (
    ast.AnnAssign, ast.Assign, ast.Constant, ast.Expr, ast.Global, ast.Nonlocal, ast.Pass,
)  # fmt: skip
_WITHS = (ast.With, ast.AsyncWith)


@dataclass(frozen=True)
class Harm:
    """What edits would break. `edits` are those to blame, by their place in the order."""

    reason: str
    edits: frozenset[int]


@dataclass(frozen=True)
class Reliance:
    """What new code may rely on."""

    generator_names: frozenset[str]
    """The dotted names of the generator."""
    methods: frozenset[str]
    """The methods of it that fixes call."""


def harms(
    before: tuple[SourceText, ast.Module],
    after: tuple[SourceText, ast.Module],
    spans: Spans,
    known: Reliance,
) -> list[Harm]:
    """What the edits between two texts would break."""
    check = _Check(before, after, spans, known)
    return [*check.harms(), *check.foreign(), *_compiled(before, after, len(spans.edits))]


def _compiled(
    before: tuple[SourceText, ast.Module], after: tuple[SourceText, ast.Module], count: int
) -> Iterator[Harm]:
    """What the compiler refuses though the parser does not: a late `__future__`, a `global`."""
    text = after[0].text
    if not any(word in text for word in ("__future__", "global ", "nonlocal ")):
        return
    reason = _refusal(after[1])
    if reason and not _refusal(before[1]):
        yield Harm(f"the result would not compile: {reason}", frozenset(range(count)))


def _refusal(tree: ast.Module) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(tree, "fixed.py", "exec", dont_inherit=True)
    except SyntaxError as error:
        return str(error.msg)
    return ""


class _Check:
    def __init__(
        self,
        before: tuple[SourceText, ast.Module],
        after: tuple[SourceText, ast.Module],
        spans: Spans,
        known: Reliance,
    ) -> None:
        self._spans = spans
        self._known = known
        self._old = Side(*before, spans.old)
        self._new = Side(*after, spans.new)

    def foreign(self) -> Iterator[Harm]:
        """What edits wrote into f-strings that older interpreters cannot read."""
        for start, end, _ in self._new.texts:
            if not self._spans.touching(start, end):
                continue
            for first, last in newer_than_3_10(self._new.text.text[start:end]):
                edits = self._spans.touching(start + first, start + last)
                written = [i for i in edits if self._spans.new[i][0] < self._spans.new[i][1]]
                if written:
                    reason = "Python 3.10 could not read the new code in the f-string"
                    yield Harm(reason, frozenset(written))

    def harms(self) -> Iterator[Harm]:
        """What is wrong with names and their order, in no order."""
        written = self._new.names
        replaced = self._old.names
        names = {found.name for found in written}
        names |= {found.name for found in replaced if found.stored}
        if not names:
            return
        self._before = Reaching(self._old.tree, names, self._old.rows_with(names))
        self._after = Reaching(self._new.tree, names, self._new.rows_with(names))
        self._met = {self._old_key(node): (node, read) for node, read in self._before.reads.items()}
        # Where the replaced code read a name, the new code may: it would have failed before.
        given = {(i, found.name) for found in replaced if not found.stored for i in found.edits}
        for node, read in self._after.reads.items():
            edits = self._new.edits_of(node)
            if edits:
                yield from self._written_read(node, read, edits, given)
            else:
                yield from self._other_read(node, read)
        yield from self._moved()
        yield from self._listed(written, replaced)
        yield from self._patched(written, replaced)
        yield from self._shares()
        yield from self._early_import()
        yield from self._left_unread()

    # What new code reads

    def _written_read(
        self, node: ast.Name, read: Read, edits: Sequence[int], given: Collection[tuple[int, str]]
    ) -> Iterator[Harm]:
        name, blamed = node.id, frozenset(edits)
        own = [d for d in read.definitions if self._is_written(d)]
        if own and not all(isinstance(d, ast.alias) for d in own):
            yield from self._read_back(node, read, blamed)
            return
        if self._is_generator(node) and not all(map(self._brings_generator, read.definitions)):
            yield Harm(
                f"`{name}` may be unbound, or something else, where the new code needs it", blamed
            )
            return
        if any((edit, name) in given for edit in edits):
            return
        if UNBOUND in read.definitions or (OUTSIDE in read.definitions and not _is_builtin(name)):
            yield Harm(f"`{name}` may be unbound where the new code needs it", blamed)
        elif read.is_late and self._may_be_early(node):
            yield Harm(f"the module may run this before it binds `{name}`", blamed)

    def _read_back(self, node: ast.Name, read: Read, blamed: frozenset[int]) -> Iterator[Harm]:
        """New code reads what new code has bound: that, of the same round, and nothing else."""
        name = node.id
        sources = {d for d in read.definitions if not isinstance(d, Nowhere)}
        writers = {edit for d in sources for edit in self._new.edits_of(d)}
        blamed |= writers
        if len(sources) != 1 or len(read.definitions) != 1 or not writers:
            yield Harm(f"`{name}` may not hold the new id where it is needed", blamed)
            return
        source = sources.pop()
        if read.is_late or self._after.rounds.get(source) != read.rounds:
            yield Harm(f"`{name}` would serve several times", blamed)
        for other, at_source in self._read_with(source):
            held = at_source.state.get(other.id)
            if held is not None and read.state.get(other.id, held) != held and other.id != name:
                yield Harm(f"`{other.id}` changes between the call and the id", blamed)

    def _read_with(self, source: ast.AST) -> Iterator[tuple[ast.Name, Read]]:
        """The reads in the statement of a definition, of names of the same scope."""
        at = self._new.start(source)
        place = bisect_right(self._new.statements, at, key=itemgetter(0)) - 1
        statement = self._new.statements[place][1] if place >= 0 else None
        if statement is None or self._new.end(statement) <= at:
            return  # an argument, or what a block begins with
        for node in walk(statement):
            read = self._after.reads.get(node) if isinstance(node, ast.Name) else None
            if read is not None and not read.is_late:
                yield cast("ast.Name", node), read

    def _is_written(self, definition: Definition) -> bool:
        return not isinstance(definition, Nowhere) and bool(self._new.edits_of(definition))

    @cached_property
    def _callees(self) -> frozenset[ast.AST]:
        """The names that calls of the generator's methods begin with."""
        found: set[ast.AST] = set()
        for node in self._new.nodes:
            match node:
                case ast.Call(func=ast.Attribute(attr=method, value=value)):
                    while isinstance(value, ast.Attribute):
                        value = value.value
                    if method in self._known.methods:
                        found.add(value)
        return frozenset(found)

    def _is_generator(self, node: ast.Name) -> bool:
        return node in self._callees and node.id not in ("self", "cls")

    @staticmethod
    def _is_import(definition: Definition) -> bool:
        return isinstance(definition, ast.alias)

    def _brings_generator(self, definition: Definition) -> bool:
        """Whether a definition imports the generator, or a module that it is reached through."""
        dotted = self._after.imported.get(definition) if isinstance(definition, ast.alias) else None
        if dotted is None:
            return False
        plain = dotted.removesuffix("*").strip(".")
        return any(
            name in (plain, plain.rpartition(".")[0])
            or name.startswith(f"{plain}.")
            or (dotted.startswith(".") and (name.endswith(f".{plain}") or f".{plain}." in name))
            for name in self._known.generator_names
        )

    def _may_be_early(self, node: ast.Name) -> bool:
        """Whether a function may run before the module binds a name that it reads."""
        body = self._new.tree.body
        count = self._after.bound_at.get(node.id)
        if count is None:
            return False  # a name of a function around
        at = bisect_right(body, node.lineno, key=_first_row) - 1
        if at >= count:
            return False
        owner = body[at]
        if not isinstance(owner, (*FUNCTIONS, ast.ClassDef)):
            return True  # a lambda, or a function in a branch
        if owner.decorator_list or (isinstance(owner, ast.ClassDef) and owner.keywords):
            return True
        return owner.name in _run_at_once(body[:count], body)

    # What other code reads

    def _other_read(self, node: ast.Name, read: Read) -> Iterator[Harm]:
        """A read that the fix did not touch meets what it met before."""
        met = self._met.get(self._new_key(node))
        if met is None:
            return
        old, known = met
        now = frozenset(map(self._new_token, read.definitions))
        then = frozenset(map(self._old_token, known.definitions))
        if now == then:
            return
        failed = {UNBOUND} if _is_builtin(node.id) else {UNBOUND, OUTSIDE}
        if now >= then - failed and all(map(self._is_import, read.definitions)) and len(now) == 1:
            return  # what was no name at all is the import now
        is_lost = not (now - then).isdisjoint((UNBOUND, OUTSIDE))
        what = "may be unbound" if is_lost else "would be something else"
        yield Harm(f"`{node.id}` {what} at line {old.lineno}", self._binding(node.id))

    def _binding(self, name: str) -> frozenset[int]:
        """The edits that write or replace something that binds a name."""
        found = (*self._new.names, *self._old.names)
        return frozenset(
            edit for other in found if other.stored and other.name == name for edit in other.edits
        )

    def _old_key(self, node: ast.Name) -> tuple[str, int, int]:
        place = self._old.in_text.get(node)
        if place is not None:
            return node.id, place[0], place[2]
        return node.id, self._old.start(node), -1

    def _new_key(self, node: ast.Name) -> tuple[str, int, int]:
        place = self._new.in_text.get(node)
        if place is not None:
            return node.id, self._spans.before(place[0]), place[2]
        return node.id, self._spans.before(self._new.start(node)), -1

    def _old_token(self, definition: Definition) -> object:
        if isinstance(definition, Nowhere):
            return definition
        if isinstance(definition, ast.alias):
            return self._import_token(self._before.imported[definition])
        at = self._old.start(definition)
        return "new" if self._spans.replaced_at(at) is not None else at

    def _new_token(self, definition: Definition) -> object:
        if isinstance(definition, Nowhere):
            return definition
        if isinstance(definition, ast.alias):
            return self._import_token(self._after.imported[definition])
        at = self._new.start(definition)
        return "new" if self._spans.written_at(at) is not None else self._spans.before(at)

    def _import_token(self, dotted: str) -> tuple[str, str]:
        """What an import brings, wherever it stands."""
        plain = dotted.lstrip(".")
        names = self._known.generator_names
        if dotted in names or (
            plain != dotted and any(name.endswith(f".{plain}") for name in names)
        ):
            return "import", "generator"
        return "import", dotted

    def _left_unread(self) -> Iterator[Harm]:
        """The local names of which several edits together take all reads.

        Who takes the last read takes the name with it: of these edits, one after the other.
        """
        readers: dict[str, set[int]] = {}
        for found in self._old.names:
            if not found.stored:
                readers.setdefault(found.name, set()).update(found.edits)
        shared = {name: edits for name, edits in readers.items() if len(edits) > 1}
        for function in walk(self._new.tree) if shared else ():
            if not isinstance(function, FUNCTIONS):
                continue
            start, end = self._new.start(function), self._new.end(function)
            names = [n for n in walk(function) if isinstance(n, ast.Name) and n.id in shared]
            read = {node.id for node in names if not isinstance(node.ctx, ast.Store)}
            for name in {node.id for node in names} - read:
                own = {e for e in shared[name] if start <= self._spans.new[e][0] < end}
                if len(own) > 1:
                    yield Harm(f"`{name}` would be left without a use", frozenset(own))

    # What is moved

    def _moved(self) -> Iterator[Harm]:
        """What is stored elsewhere now must not have passed anything that acts."""
        removed: dict[str, tuple[list[tuple[int, int]], set[int]]] = {}
        for edit, path, node in self._stores(self._old):
            places, editing = removed.setdefault(path, ([], set()))
            insort(places, (self._old.start(node), edit))
            editing.add(edit)
        for edit, path, node in self._stores(self._new):
            places, editing = removed.get(path, ([], set()))
            if not places or edit in editing:
                continue  # stored where it was
            matters = self._matters(node, edit)
            here = self._spans.old[edit][0]
            # What is farther away has more between: where the farthest does not matter, none does.
            if not matters(here, places[0][0]) and not matters(here, places[-1][0]):
                continue
            reason = f"`{path}` would be set at another time than the code around it knows"
            for at, other in places:
                if matters(here, at):
                    yield Harm(reason, frozenset({edit, other}))

    def _matters(self, store: ast.AST, edit: int) -> Callable[[int, int], bool]:
        """Tells whether somebody could tell at which of two places something is stored."""
        passed = self._passed
        if not isinstance(store, ast.Name) or store.id in self._shared:
            return passed.may_fail
        in_function = any(isinstance(n, FUNCTIONS) for n in self._after.rounds.get(store, ()))
        reads = self._readers.get(edit, ())
        if not in_function or any(read.is_late for read in reads):
            return passed.acts
        # What ends the function ends its variables, too, unless somebody catches it.
        is_mixed = any(len(read.definitions) > 1 for read in reads)
        return lambda one, other: (
            is_mixed and passed.is_caught(one, other) and passed.may_fail(one, other)
        )

    @cached_property
    def _passed(self) -> _Passed:
        return _Passed(self._old, self._spans)

    @cached_property
    def _readers(self) -> dict[int, list[Read]]:
        """For each edit, the reads that may meet what it wrote."""
        found: dict[int, list[Read]] = {}
        for read in self._after.reads.values():
            writers = {e for d in self._nodes(read.definitions) for e in self._new.edits_of(d)}
            for edit in writers:
                found.setdefault(edit, []).append(read)
        return found

    @cached_property
    def _shared(self) -> frozenset[str]:
        """The names that some function declares `global` or `nonlocal`."""
        if not re.search(r"\b(?:global|nonlocal)\b", self._new.text.text):
            return frozenset()
        declared = (n for n in walk(self._new.tree) if isinstance(n, (ast.Global, ast.Nonlocal)))
        return frozenset(name for node in declared for name in node.names)

    def _shares(self) -> Iterator[Harm]:
        """Names that new code binds and that are not those of its own function alone."""
        stored = {found.name for found in self._old.names if found.stored}
        for found in self._new.names:
            if found.stored and found.name in self._shared - stored:
                yield Harm(f"`{found.name}` is shared with other functions", frozenset(found.edits))

    @staticmethod
    def _nodes(definitions: Definitions) -> Iterator[ast.AST]:
        return (d for d in definitions if not isinstance(d, Nowhere))

    def _listed(self, written: Sequence[Name], replaced: Sequence[Name]) -> Iterator[Harm]:
        """Names that come or go where the file looks its names up as texts."""
        if not _LOOKING.search(self._new.text.text):
            return
        for node, function, names, is_list in _looks(self._new.tree):
            edits: Collection[int] = range(len(self._spans.edits))
            if function is not None:
                edits = self._spans.touching(self._new.start(function), self._new.end(function))
            new = self._stored(written, edits, self._after, function is not None)
            old = self._stored(replaced, edits, self._before, function is not None)
            # A list shows what is new; who asks for a name asks for one that was there.
            changed = (new.keys() ^ old.keys()) if is_list or names else (old.keys() - new.keys())
            changed = {name for name in changed if not names or name in names}
            read = {one.name: one.edits for one in written if not one.stored and function is None}
            for name in sorted(names & read.keys()):
                reason = f"line {node.lineno} may change what `{name}` is"
                yield Harm(reason, frozenset(read[name]))
            for name in sorted(changed):
                reason = f"line {node.lineno} looks names up, and `{name}` is another one"
                yield Harm(reason, frozenset((new | old)[name]))

    def _patched(self, *names: Sequence[Name]) -> Iterator[Harm]:
        """Imports of the generator that come or go where the file gives its module another one."""
        short = {name.rpartition(".")[2] for name in self._known.generator_names}
        patched = re.search(rf"\.({'|'.join(sorted(short))})\s*=(?!=)", self._new.text.text)
        if patched is None:
            return
        row = self._new.text.row_at(patched.start())
        for one in (name for side in names for name in side):
            if isinstance(one.node, ast.alias) and one.name == patched[1]:
                reason = f"something else is put in the place of `{one.name}` at line {row}"
                yield Harm(reason, frozenset(one.edits))

    @staticmethod
    def _stored(
        found: Sequence[Name], edits: Collection[int], reaching: Reaching, in_function: bool
    ) -> dict[str, list[int]]:
        """The names that some edits store, in functions or outside, with the edits."""
        stored: dict[str, list[int]] = {}
        for one in found:
            rounds = reaching.rounds.get(one.node)
            if one.stored and rounds is not None:
                is_inside = any(isinstance(n, FUNCTION_NODES) for n in rounds)
                own = [edit for edit in one.edits if edit in edits]
                if own and is_inside is in_function:
                    stored.setdefault(one.name, []).extend(own)
        return stored

    @staticmethod
    def _stores(side: Side) -> Iterator[tuple[int, str, ast.AST]]:
        """What edits wrote or replaced that stores something: the edit, the target as code."""
        for node in side.nodes:
            if not isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
                continue
            for edit in side.edits_of(node) if isinstance(node.ctx, ast.Store) else ():
                yield edit, ast.unparse(node), node

    def _early_import(self) -> Iterator[Harm]:
        """A new import of the generator above module code that decides what it finds."""
        body = self._new.tree.body
        roots = {name.partition(".")[0] for name in self._known.generator_names}
        known = False
        for index, node in enumerate(body):
            brought = self._brought_by(node)
            if not brought & roots:
                continue
            edits = self._new.edits_of(node)
            if edits and not known:
                below = (s for s in body[index + 1 :] if not self._new.edits_of(s))
                late = next(filter(prepares_imports, below), None)
                if late is not None:
                    row = self._old.text.row_at(self._spans.before(self._new.start(late)))
                    reason = f"line {row}, below its import, decides where the generator is found"
                    yield Harm(reason, frozenset(edits))
            known = known or not edits

    @staticmethod
    def _brought_by(node: ast.stmt) -> set[str]:
        """The outermost packages that an import statement runs."""
        if isinstance(node, ast.Import):
            return {alias.name.partition(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and not node.level:
            return {(node.module or "").partition(".")[0]}
        return set()


class _Passed:
    """What stands between two places of the old text that no edit replaces.

    Found in one walk: many stores may move, and past much.
    """

    def __init__(self, old: Side, spans: Spans) -> None:
        self._old = old
        self._failing: list[int] = []
        self._acting: list[int] = []
        firsts: list[int] = []
        lasts: list[int] = []
        nodes = walk(old.tree)
        texts: dict[ast.AST, ast.AST] = {}
        for text in (node for node in nodes if isinstance(node, TEXTS)):
            texts.update((part, text) for part in walk(text) if part not in texts)
        for node in nodes:
            if isinstance(node, (ast.expr, ast.stmt)):
                at = old.start(node)
                if node in texts:  # which may be told to stand anywhere, before Python 3.12
                    at = min(max(at, old.start(texts[node])), old.end(texts[node]))
                if spans.replaced_at(at) is None:
                    if _may_fail(node):
                        self._failing.append(at)
                    if isinstance(node, _ACTING):
                        self._acting.append(at)
                if isinstance(node, TRIES) or _may_swallow(node):
                    firsts.append(node.lineno)
                    lasts.append(node.end_lineno or node.lineno)
        self._failing.sort()
        self._acting.sort()
        self._firsts, self._lasts = sorted(firsts), sorted(lasts)

    def may_fail(self, one: int, other: int) -> bool:
        """Whether something between two places may fail."""
        return _any_between(self._failing, one, other)

    def acts(self, one: int, other: int) -> bool:
        """Whether something between two places has an effect, or ends the run."""
        return _any_between(self._acting, one, other)

    def is_caught(self, one: int, other: int) -> bool:
        """Whether something on the rows of two places, or around these, catches errors."""
        first, last = sorted(map(self._old.text.row_at, (one, other)))
        return bisect_right(self._firsts, last) > bisect_left(self._lasts, first)


def _any_between(places: Sequence[int], one: int, other: int) -> bool:
    low, high = sorted((one, other))
    return bisect_left(places, low) < bisect_left(places, high)


def _may_fail(node: ast.AST) -> bool:
    """Whether what a node does may fail, or have an effect."""
    if isinstance(node, ast.Name):
        return not isinstance(node.ctx, ast.Store)
    return not isinstance(node, _CALM)


def _may_swallow(node: ast.AST) -> bool:
    return isinstance(node, _WITHS) and not all(
        hands_errors_on(item.context_expr) for item in node.items
    )


def _looks(
    tree: ast.Module,
) -> Iterator[tuple[ast.expr, ast.AST | None, frozenset[str], bool]]:
    """Where code looks names up as texts: the node that does it, the function whose names they
    are, or none for those of the module, which names, and whether it lists them.

    No names are all of them.
    """
    pending: list[tuple[ast.AST, ast.AST | None, ast.AST]] = [(tree, None, tree)]
    while pending:
        node, function, statement = pending.pop()
        match node:
            case ast.Call(func=ast.Name(id=name), args=[]) if name in LISTING_NAMES:
                yield node, function, frozenset(), True
            case ast.Call(func=ast.Name(id=name)) if name in RUNNING_TEXT:
                yield node, function, frozenset(), False
            case ast.Call(func=ast.Name(id="globals")):
                yield node, None, frozenset(_words_in(statement)), False
            case ast.Attribute(value=ast.Name(id="sys"), attr="modules"):
                yield node, None, frozenset(_words_in(statement)), False
        if isinstance(node, FUNCTIONS):
            function = node
        if isinstance(node, ast.stmt):
            statement = node
        pending += [(part, function, statement) for part in children(node)]


def _words_in(statement: ast.AST) -> Iterator[str]:
    for node in walk(statement):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and text.isidentifier():
            yield text


def _first_row(statement: ast.stmt) -> int:
    decorators: Sequence[ast.expr] = getattr(statement, "decorator_list", ())
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _is_builtin(name: str) -> bool:
    return hasattr(builtins, name) or name in ("__file__", "__name__")


def _run_at_once(above: Sequence[ast.stmt], body: Sequence[ast.stmt]) -> set[str]:
    """The names that module code reads, and those that functions and classes of the module read
    whose names it reads."""
    pending = [name for statement in above for name in _read_at_once(statement)]
    if not pending:
        return set()
    inside = {
        node.name: {part.id for part in walk(node) if isinstance(part, ast.Name)}
        for node in body
        if isinstance(node, (*FUNCTIONS, ast.ClassDef))
    }
    found: set[str] = set()
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += inside.get(name, ())
    return found


def _read_at_once(statement: ast.AST) -> Iterator[str]:
    """The names that a statement reads when it runs: not those in the bodies of functions."""
    pending = [statement]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, FUNCTIONS):
            pending += [*node.decorator_list, node.args]
        elif isinstance(node, ast.Lambda):
            pending.append(node.args)
        else:
            pending += children(node)
