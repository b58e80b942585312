"""Classes whose fields make their constructor: dataclasses, attrs, named tuples, models."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ssot_lint.analysis.syntax.parsing import last_name_of


@dataclass(frozen=True)
class ClassMaker:
    """What writes constructors for classes. Told by the last names of a decorator or a base."""

    decorators: frozenset[str] = frozenset()
    bases: frozenset[str] = frozenset()
    by_position: bool = True
    """Whether arguments by position go to the fields in their order; else there are none."""
    fields: frozenset[str] = frozenset()
    """Functions whose result makes a name without annotation a field."""


DATACLASS = ClassMaker(decorators=frozenset({"dataclass"}))
NAMED_TUPLE = ClassMaker(bases=frozenset({"NamedTuple"}))
MAKERS = (
    DATACLASS,
    NAMED_TUPLE,
    ClassMaker(
        decorators=frozenset({"define", "frozen", "mutable", "attrs", "s"}),
        fields=frozenset({"ib", "attrib", "field"}),
    ),
    ClassMaker(bases=frozenset({"BaseModel", "TypedDict"}), by_position=False),
)
# Annotations of names that are no fields, and of what stands before those given by keyword only.
_NO_FIELDS = frozenset({"ClassVar"})
_KEYWORDS_ONLY = "KW_ONLY"

Classes = Callable[[str], Sequence[ast.ClassDef]]
"""The classes of a file that have a name."""


def maker_of(node: ast.ClassDef) -> ClassMaker | None:
    """What makes the constructor of a class of its own fields, as far as the class says it."""
    decorators = set(map(last_name_of, node.decorator_list))
    bases = set(map(last_name_of, node.bases))
    return next(
        (maker for maker in MAKERS if maker.decorators & decorators or maker.bases & bases), None
    )


def fields_by_position(node: ast.ClassDef, classes: Classes) -> dict[str, ast.expr | None] | None:
    """The fields to which a class's arguments by position go, with their annotations.

    None where nothing is known to make the constructor, or a base is not known.
    """
    return _fields(node, classes, frozenset())


def _fields(
    node: ast.ClassDef, classes: Classes, seen: frozenset[str], *, is_decorated: bool = False
) -> dict[str, ast.expr | None] | None:
    maker = maker_of(node)
    # What a decorator makes goes by the fields alone; a base may bring its own constructor.
    if node.name in seen or (maker is None and not is_decorated):
        return None
    if maker is not None and not maker.by_position:
        return {}
    found: dict[str, ast.expr | None] = {}
    for base in reversed(node.bases):
        if maker is not None and last_name_of(base) in maker.bases:
            continue
        owners = classes(last_name_of(base))
        if len(owners) != 1:
            return None
        is_decorated = is_decorated or (maker is not None and bool(maker.decorators))
        inherited = _fields(owners[0], classes, seen | {node.name}, is_decorated=is_decorated)
        if inherited is None:
            return None
        found.update(inherited)
    # A class that nothing makes fields for hands on those of its bases.
    return found if maker is None else found | dict(_own_fields(node, maker))


def _own_fields(node: ast.ClassDef, maker: ClassMaker) -> Iterator[tuple[str, ast.expr | None]]:
    by_keyword = any(
        _is_said(decorator, "kw_only", True)
        for decorator in node.decorator_list
        if last_name_of(decorator) in maker.decorators
    )
    for part in node.body:
        match part:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                kind = annotation.value if isinstance(annotation, ast.Subscript) else annotation
                if last_name_of(kind) == _KEYWORDS_ONLY:
                    by_keyword = True
                elif last_name_of(kind) not in _NO_FIELDS and _is_taken(value, by_keyword):
                    yield name, annotation
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                if last_name_of(call) in maker.fields and _is_taken(call, by_keyword):
                    yield name, None


def _is_taken(value: ast.expr | None, by_keyword: bool) -> bool:
    """Whether an argument by position goes to the field that has this value."""
    if _is_said(value, "init", False):
        return False
    return _is_said(value, "kw_only", False) if by_keyword else not _is_said(value, "kw_only", True)


def _is_said(call: ast.expr | None, keyword: str, value: bool) -> bool:
    return isinstance(call, ast.Call) and any(
        word.arg == keyword and isinstance(word.value, ast.Constant) and word.value.value is value
        for word in call.keywords
    )
