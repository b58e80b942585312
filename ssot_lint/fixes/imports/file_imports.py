"""The imports of a file: what they bring, and which ones an edit leaves without a use.

Works on the whole file. libcst's own visitors for this put imports before `from __future__` or a
docstring, repeat them behind `try:`, and remove names that only strings and type comments use.
"""

from __future__ import annotations

import ast
import re
import textwrap
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, chain
from operator import attrgetter, itemgetter
from typing import cast

from ssot_lint.analysis.semantics.bindings import FUNCTION_NODES, ScopeNode, parameter_names
from ssot_lint.analysis.semantics.import_bindings import (
    DEFINITIONS,
    BoundName,
    Collector,
    ImportStatement,
    Load,
    Scope,
    Service,
    changes_path,
    owner_of,
    scopes_around,
    seen_from,
)
from ssot_lint.analysis.semantics.names_in_text import Spelled
from ssot_lint.analysis.semantics.semantic_model import SemanticModel
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.mentions import Mentions
from ssot_lint.fixes.edits import TextEdit, end_with_comment, line_removal
from ssot_lint.fixes.imports.added import AddedImports
from ssot_lint.fixes.imports.order import Packages, root_of
from ssot_lint.fixes.imports.statements import Statements
from ssot_lint.fixes.refusal import Refusal

_WORD = re.compile(r"\w+")
_NOQA = re.compile(r"#.*\bnoqa\b", re.IGNORECASE)


class Imports:
    """The imports of one file.

    Which names the code binds and reads it learns for those names that somebody asks about.
    """

    def __init__(
        self,
        tree: ast.Module,
        mentions: Mentions,
        text: SourceText,
        packages: Packages,
        *,
        is_package: bool,
    ) -> None:
        self._tree = tree
        self._places = Statements(tree, text)
        self._added = AddedImports(tree, self._places, packages, lambda: self.is_script)
        self._pieces = mentions
        self._text = text
        self.is_starred: Callable[[], bool] = lambda: False
        """Whether another file takes all names of this one."""
        self.is_read_elsewhere: Callable[[str], bool] = lambda name: False
        """Whether another file imports a name of this module, or reads it there."""
        self._is_package = is_package
        self._uses: dict[str, dict[Scope, list[Load]]] = {}
        self._owned: dict[str, dict[ast.AST, tuple[Scope, Load]]] = {}
        self._placed: dict[str, tuple[list[int], list[int], list[tuple[Scope, Load]]]] = {}
        self._services: dict[tuple[str, Scope], Service] = {}

    # Names

    def is_free(self, name: str, imported_from: str | None = None) -> bool:
        """Whether a module-level import may bind the name.

        Nothing else in the file may bind it, but for imports in functions that bring the same
        from a module: `imported_from` is the original name there.
        """
        self._collector.look_for(name)
        for scope in self._scopes:
            if name in scope.bound:
                return False
            for item in scope.imports:
                same = isinstance(item.statement, ast.ImportFrom) and (
                    item.alias.name == imported_from
                )
                if item.name == name and (not same or scope is self._scopes[0]):
                    return False
        return name not in self._declared

    @cached_property
    def _importing(self) -> dict[str, list[Scope]]:
        """The scopes in which imports bind a name."""
        found: dict[str, list[Scope]] = {}
        for scope in self._collector.importing:
            for name in scope.imported:
                found.setdefault(name, []).append(scope)
        return found

    def reads(self, name: str) -> bool:
        """Whether code anywhere in the file reads the name."""
        self._collector.look_for(name)
        return any(name in scope.loads for scope in self._scopes)

    def is_guarded(self, name: str) -> bool:
        """Whether the file may run without an import that binds the name, anywhere in it."""
        scopes = self._importing.get(name, ())
        return any(item.guarded for scope in scopes for item in scope.imported[name])

    def may_be_found_late(self, root: str) -> bool:
        """Whether the file lets a package be found in a function only, by changing `sys.path`."""
        is_known = any(
            root_of(item.statement) == root and not item.guarded for item in self._scopes[0].imports
        )
        return not is_known and self._changes_path_late

    def knows(self, root: str) -> bool:
        """Whether the file imports something of a package, in whatever way."""
        scopes = (item for scope in self._collector.importing for item in scope.imports)
        return any(root_of(item.statement) == root for item in scopes)

    @cached_property
    def is_script(self) -> bool:
        """Whether the file says that it is started by its path, or may be."""
        return self._text.text.startswith("#!") or any(map(_asks_for_main, self._tree.body))

    @property
    def changes_path(self) -> bool:
        """Whether it says where modules are found."""
        return bool(self._path_changes)

    @cached_property
    def _changes_path_late(self) -> bool:
        """Whether a function changes `sys.path`."""
        return any(self._collector.scope_of[piece].is_in_function for piece in self._path_changes)

    @cached_property
    def _path_changes(self) -> Sequence[ast.AST]:
        """The pieces that speak of `sys.path`."""
        return [piece for piece in self._pieces.of("path") if changes_path(piece)]

    def may_run_before(self, name: str, definition: str | None) -> bool:
        """Whether a function or class may run before the module imports the name.

        It may where the code above the import mentions it, or mentions what mentions it. None
        stands for lambdas outside functions.
        """
        starts = [
            self._places.start(i.statement) for i in self._scopes[0].imports if i.name == name
        ]
        if not starts:
            return False
        self._collector.look_everywhere()
        above = [scope for scope in self._scopes if not scope.is_in_function]
        if definition is None:
            lambdas = (scope.node for scope in above if isinstance(scope.node, ast.Lambda))
            return any(self._places.start(node) < min(starts) for node in lambdas)
        mentioned: set[str] = set()
        loads = (load for scope in above for loads in scope.loads.values() for load in loads)
        pending = [load.name for load in loads if self._places.start(load.node) < min(starts)]
        while pending:
            current = pending.pop()
            if current not in mentioned:
                mentioned.add(current)
                pending.extend(self._mentions.get(current, ()))
        return definition in mentioned

    @cached_property
    def _mentions(self) -> dict[str, set[str]]:
        """The names that the code of each function and class reads, inner ones included.

        Made when all code was looked at.
        """
        mentions: dict[str, set[str]] = {}
        for scope in self._scopes:
            owner: Scope | None = scope
            while owner is not None:
                if isinstance(owner.node, DEFINITIONS):
                    mentioned = mentions.setdefault(owner.node.name, set())
                    mentioned.update(scope.loads)
                owner = owner.parent
        return mentions

    @cached_property
    def _declared(self) -> set[str]:
        """Names in `global` and `nonlocal` statements."""
        return {name for piece in self._sharing for name in piece.names}

    @cached_property
    def _sharing(self) -> Sequence[ast.Global | ast.Nonlocal]:
        pieces = (*self._pieces.of("global"), *self._pieces.of("nonlocal"))
        return [piece for piece in pieces if isinstance(piece, (ast.Global, ast.Nonlocal))]

    @cached_property
    def _spelled(self) -> Spelled:
        return Spelled(self._text.text, self._pieces, self._collector.scope_of)

    def obstacle_to_losing(self, node: ast.Name, semantics: SemanticModel) -> Refusal | None:
        """Why code must go on reading a name there; None if its import may go with it.

        What other functions do with the name does not matter.
        """
        name = node.id
        read = chain((node,), semantics.syntax.around(node, ast.JoinedStr))
        found = next((self._owners(name)[n] for n in read if n in self._owners(name)), None)
        if found is None:
            return None  # an `import *`, or one of a function for the module
        scope, load = found
        if name not in scope.imported or _is_given(name, scope.node, semantics):
            return Refusal(f"`{name}` is not imported once and for all")
        is_sure = self._service(name, scope).is_sure(load)
        return None if is_sure else Refusal(f"`{name}` is not imported once and for all")

    def _owners(self, name: str) -> Mapping[ast.AST, tuple[Scope, Load]]:
        """The loads of a name by their nodes, each with the scope that binds the name."""
        if name not in self._owned:
            loads = self._loads(name).items()
            self._owned[name] = {load.node: (scope, load) for scope, ls in loads for load in ls}
        return self._owned[name]

    # One more

    def changes(self, edits: Sequence[TextEdit], statements: Sequence[str]) -> list[TextEdit]:
        """What `edits` ask of the imports: those added that they need, those removed that lose
        their last use by them.

        `statements` are import statements to be added to the first block of imports.
        """
        gone = self._gone(edits)
        aliases = {item.alias for item in gone}
        whole = [item for item in _by_statement(gone) if _is_whole(item.statement, aliases)]
        block = self._added.block
        removed = {id(item.statement) for item in whole}
        kept = [node for node in block if id(node) not in removed] if removed else block
        first = min((edit.start for edit in edits), default=0)
        added: list[TextEdit] = []
        for statement in statements:
            if block and not kept and not added and self._places.start(block[0]) < first:
                # The only import of the block makes room for the new one.
                whole = [item for item in whole if item.statement is not block[0]]
                gone = [item for item in gone if item.statement is not block[0]]
                added.append(self._added.in_place_of(block[0], statement))
            else:
                touched = {id(item.statement) for item in gone}
                added.append(self._added.beside(statement, kept, touched, first))
        return [*self._taken_out(gone, whole), *added]

    # Ones too many

    def _gone(self, edits: Sequence[TextEdit]) -> list[BoundName]:
        """The imports that lose their last use by `edits`."""
        removed = sorted(edit for edit in edits if edit.end > edit.start)
        written = {name for edit in edits for name in _names_in(edit.content)}
        lost = self._words_in(removed) - written
        gone: list[BoundName] = []
        for name in sorted(lost & self._importing.keys()):
            for scope, loads in self._lost_loads(name, removed).items():
                needless = self._service(name, scope).needless(loads)
                gone += [item for item in needless if self._is_removable(item, scope)]
        return gone

    def _lost_loads(self, name: str, removed: Sequence[TextEdit]) -> Mapping[Scope, Sequence[Load]]:
        """The loads of a name that edits take away, by the scope that imports it."""
        starts, ends, loads = self._placed_loads(name)
        lost: dict[Scope, dict[int, Load]] = {}
        for edit in removed:
            for at in range(bisect_right(ends, edit.start), bisect_left(starts, edit.end)):
                scope, load = loads[at]
                if not self._survives(load, removed):
                    lost.setdefault(scope, {})[id(load)] = load
        return {scope: list(found.values()) for scope, found in lost.items()}

    def _placed_loads(self, name: str) -> tuple[list[int], list[int], list[tuple[Scope, Load]]]:
        """The loads of a name that is imported, in order, each with the scope that does.

        With the offsets where they start, and where each or one before it ends at last.
        """
        if name not in self._placed:
            found = [
                (self._places.start(load.node), self._places.end(load.node), scope, load)
                for scope, loads in self._loads(name).items()
                if name in scope.imported
                for load in loads
            ]
            found.sort(key=itemgetter(0))
            starts = [start for start, *_ in found]
            ends = list(accumulate((end for _, end, *_ in found), max))
            self._placed[name] = starts, ends, [(scope, load) for *_, scope, load in found]
        return self._placed[name]

    def _service(self, name: str, scope: Scope) -> Service:
        key = (name, scope)
        if key not in self._services:
            self._services[key] = Service(scope.imported[name], self._loads(name)[scope])
        return self._services[key]

    def _words_in(self, edits: Sequence[TextEdit]) -> set[str]:
        """The words that edits take a part of: no others lose a use by them."""
        text = self._text.text
        words: set[str] = set()
        for edit in edits:
            start, end = edit.start, edit.end
            while start and _is_letter(text[start - 1]):
                start -= 1
            while end < len(text) and _is_letter(text[end]):
                end += 1
            # As Python reads names: a fullwidth `uuid` is `uuid`.
            words.update(_WORD.findall(unicodedata.normalize("NFKC", text[start:end])))
        return words

    def _survives(self, load: Load, removed: Sequence[TextEdit]) -> bool:
        start, end = self._places.start(load.node), self._places.end(load.node)
        inside = _overlapping(removed, start, end)
        if not load.in_text:
            return not inside
        # Before Python 3.12 the place of a name inside an f-string is not to be relied on.
        rest, at = "", start
        for edit in inside:
            rest += self._text.text[at : max(edit.start, at)] + " "
            at = max(at, edit.end)
        rest += self._text.text[at : max(end, at)]
        return re.search(rf"\b{re.escape(load.name)}\b", rest) is not None

    def _is_removable(self, item: BoundName, scope: Scope) -> bool:
        if item.name in scope.bound or self._is_shared(item.name, scope):
            return False
        if isinstance(scope.node, ast.ClassDef):
            return False  # an attribute, which others may read
        # `import x as x` says that others are to have it, to type checkers and to ruff.
        is_public = self._is_package or item.alias.asname == item.alias.name
        if scope.parent is None and (is_public or self._spelled.is_exported(item.name)):
            return False
        if scope.parent is None and (self.is_starred() or self.is_read_elsewhere(item.name)):
            return False
        rows = range(item.statement.lineno, (item.statement.end_lineno or 0) + 1)
        if any(_NOQA.search(self._text.lines[row - 1]) for row in rows):
            return False
        return not self._spelled.is_in(scope, item.name)

    def _is_shared(self, name: str, scope: Scope) -> bool:
        """Whether a `global` or `nonlocal` statement may mean the name of the scope."""
        if scope.parent is None:
            return name in self._declared
        return scope in self._sharing_scopes.get(name, ())

    @cached_property
    def _sharing_scopes(self) -> Mapping[str, set[Scope]]:
        """For each name, the scopes that declare it to be another's, and those around them."""
        found: dict[str, set[Scope]] = {}
        for piece in self._sharing:
            for name in piece.names:
                around = scopes_around(self._collector.scope_of[piece])
                found.setdefault(name, set()).update(around)
        return found

    def _taken_out(
        self, gone: Sequence[BoundName], whole: Sequence[BoundName]
    ) -> Iterator[TextEdit]:
        removed = [item.statement for item in whole]
        for item in _by_statement(gone):
            if any(item.statement is statement for statement in removed):
                yield self._without_statement(item, removed)
            else:
                yield from self._without_aliases(item.statement, gone)

    def _without_statement(self, item: BoundName, removed: Sequence[ast.stmt]) -> TextEdit:
        node, is_inner = item.statement, item.body is not self._tree.body
        start, end = self._places.start(node), self._places.end(node)
        if is_inner and node is item.body[0] and _are_among(item.body, removed):
            return TextEdit(start, end_with_comment(self._text, end), "pass")
        index = next(i for i, other in enumerate(item.body) if other is node)
        after = item.body[index + 1] if index + 1 < len(item.body) else None
        if after is not None and after.lineno == node.end_lineno:
            return TextEdit(start, self._places.start(after), "")
        before = item.body[index - 1] if index else None
        if before is not None and before.end_lineno == node.lineno:
            return TextEdit(self._places.end(before), end, "")
        if not self._places.begins_row(node):
            return TextEdit(start, end, "pass")  # behind the colon of a header
        top = index
        while top > 0 and (
            any(item.body[top - 1] is other for other in removed)
            and item.body[top - 1].end_lineno == item.body[top].lineno - 1
        ):
            top -= 1
        if top == index and self._goes_with_comment(item):
            last = node.end_lineno or node.lineno
            while self._text.is_blank(last + 1):
                last += 1
            first_row = self._text.row_start(self._places.first_row(node))
            return TextEdit(first_row, self._text.row_start(last + 1), "")
        first = top == 0 and is_inner
        return line_removal(self._text, start, end, first_in_block=first, top=item.body[top].lineno)

    def _goes_with_comment(self, item: BoundName) -> bool:
        """Whether the comments right above an import, with which they stand alone, are about it.

        Those in a function where they speak of imports, else they are about what follows. Never
        those on top of a file.
        """
        node = item.statement
        row = self._places.first_row(node)
        if row == node.lineno or not self._text.is_blank((node.end_lineno or node.lineno) + 1):
            return False
        if item.body is self._tree.body:
            return row > 1 and self._text.is_blank(row - 1)
        said = " ".join(self._text.lines[row - 1 : node.lineno - 1]).lower()
        about = {"import", "imports", "imported", item.name.lower()}
        return not about.isdisjoint(_WORD.findall(said))

    def _without_aliases(
        self, statement: ImportStatement, gone: Sequence[BoundName]
    ) -> Iterator[TextEdit]:
        """The edits that take single names out of a list that keeps others."""
        names = statement.names
        kept = [alias for alias in names if not any(item.alias is alias for item in gone)]
        opening = self._text.text[self._places.start(statement) : self._places.start(names[0])]
        for index, alias in enumerate(names):
            if alias in kept:
                continue
            own_line = self._places.line_of(alias) if "(" in opening else None
            if own_line is not None:
                yield own_line
            elif any(later in kept for later in names[index + 1 :]):
                yield self._up_to_next(alias, names[index + 1])
            else:
                yield TextEdit(self._places.end(names[index - 1]), self._places.end(alias), "")

    def _up_to_next(self, alias: ast.alias, after: ast.alias) -> TextEdit:
        start, end = self._places.start(alias), self._places.start(after)
        between = self._text.text[self._places.end(alias) : end]
        if "#" not in between:
            return TextEdit(start, end, "")
        return TextEdit(start, self._places.end(alias) + between.index(",") + 1, "")

    # Positions

    # Scopes

    @property
    def _scopes(self) -> list[Scope]:
        return self._collector.scopes

    @cached_property
    def _collector(self) -> Collector:
        return Collector(self._tree, self._pieces)

    def _loads(self, name: str) -> Mapping[Scope, Sequence[Load]]:
        """Where a name is read, by the scope that binds it."""
        if name not in self._uses:
            self._collector.look_for(name)
            self._uses[name] = {}
            for scope in self._scopes:
                if name in scope.loads:
                    owner = owner_of(name, scope)
                    if owner is not None:
                        loads = (seen_from(load, scope, owner) for load in scope.loads[name])
                        self._uses[name].setdefault(owner, []).extend(loads)
        return self._uses[name]


def _is_given(name: str, scope: ast.AST, semantics: SemanticModel) -> bool:
    """Whether something else than imports binds a name in a scope."""
    node = cast("ScopeNode", scope)
    is_parameter = isinstance(node, FUNCTION_NODES) and name in parameter_names(node)
    found = semantics.binders(node).get(name, ())
    return is_parameter or not all(isinstance(b, (ast.Import, ast.ImportFrom)) for b in found)


def _are_among(body: Sequence[ast.stmt], removed: Sequence[ast.stmt]) -> bool:
    return all(any(other is one for one in removed) for other in body)


def _is_letter(char: str) -> bool:
    return char.isalnum() or char == "_"


def _by_statement(items: Sequence[BoundName]) -> list[BoundName]:
    """One of the names for each import statement."""
    return list({id(item.statement): item for item in items}.values())


def _is_whole(statement: ImportStatement, gone: set[ast.alias]) -> bool:
    """Whether all names of a statement are gone."""
    return gone.issuperset(statement.names)


def _overlapping(edits: Sequence[TextEdit], start: int, end: int) -> Sequence[TextEdit]:
    """Those of sorted edits, none of which reaches into another, that reach into a range."""
    first = bisect_right(edits, start, key=attrgetter("end"))
    return edits[first : bisect_left(edits, end, lo=first, key=attrgetter("start"))]


def _names_in(code: str) -> set[str]:
    """The names that a piece of code reads."""
    if not code.strip():
        return set()
    for attempt in (code.strip(), textwrap.dedent(code), f"({code.strip()})"):
        try:
            tree = ast.parse(attempt)
        except (SyntaxError, ValueError):
            continue
        return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return set(re.findall(r"\w+", code))


def _asks_for_main(statement: ast.stmt) -> bool:
    """Whether a statement is `if __name__ == "__main__"`."""
    test = statement.test if isinstance(statement, ast.If) else None
    parts = [test.left, *test.comparators] if isinstance(test, ast.Compare) else []
    return any(isinstance(part, ast.Name) and part.id == "__name__" for part in parts)
