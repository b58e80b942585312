"""Every kind of statement and expression at every place of the grammar that the interpreter has."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from textwrap import indent

import pytest

from ssot_lint.config.settings import Settings
from ssot_lint.engine.checker import Checker
from ssot_lint.model.findings import FileResult, FixResult

HEAD = "import uuid\nfrom uuid import uuid4\nfrom shared.id_generation import UnifiedIdGenerator\n"
HERE = "HERE"

# Blocks, with `HERE` for the statements inside, `ELSE` for others.
BLOCKS = (
    "HERE",
    "def f():\n    HERE",
    "async def f():\n    HERE",
    "class C:\n    HERE",
    "if a:\n    HERE\nelif b:\n    pass",
    "if a:\n    pass\nelif b:\n    HERE\nelse:\n    HERE",
    "for a in b:\n    HERE\nelse:\n    HERE",
    "async def f():\n    async for a in b:\n        HERE\n    else:\n        HERE",
    "while a:\n    HERE\nelse:\n    HERE",
    "with a as b:\n    HERE",
    "async def f():\n    async with a as b:\n        HERE",
    "try:\n    HERE\nexcept A as e:\n    HERE\nelse:\n    HERE\nfinally:\n    HERE",
    "try:\n    HERE\nexcept* A as e:\n    HERE\nelse:\n    HERE\nfinally:\n    HERE",
    "match a:\n    case 1:\n        HERE\n    case [b, *c] if d:\n        HERE",
    "def f():\n    match a:\n        case {'b': c, **d}:\n            HERE\n    return 1",
    "class C:\n    match a:\n        case A(b, c=d) | e:\n            HERE",
    "for a in b:\n    match a:\n        case 1:\n            HERE\n            continue",
    "match a:\n    case 1:\n        match b:\n            case 2:\n                HERE",
    "match a:\n    case 1:\n        try:\n            HERE\n        finally:\n            HERE",
    "match a:\n    case 1:\n        class C:\n            def f(self):\n                HERE",
)
# What stands there; each with a call of uuid4 that is found.
STATEMENTS = (
    "def f():\n    run_id = str(uuid.uuid4())\n    return run_id",
    "async def f(run_id=None):\n    run_id = run_id or str(uuid.uuid4())\n    return g(run_id)",
    "def f():\n    def g():\n        return str(uuid.uuid4())\n    run_id = g()\n    return run_id",
    "def make():\n    return str(uuid.uuid4())\nrun_id = make()\nprint(run_id)",
    "class C:\n    def __init__(self):\n        self.run_id = str(uuid.uuid4())\n    x = make()",
    "class C(B):\n    run_id: str = field(default_factory=lambda: str(uuid.uuid4()))",
    "run_id = str(uuid.uuid4())\nsave(run_id)",
    "run_id: str = uuid.uuid4().hex",
    "import uuid\nrun_id = uuid.uuid4().hex",
    "from uuid import uuid4 as make_id\nrun_id = str(make_id())",
    "x = lambda: str(uuid.uuid4())\nrun_id = x()",
    "def f(user_id):\n"
    "    a, b, c = UnifiedIdGenerator.generate_user_context_ids(user_id, 'a')\n"
    "    run_id = str(uuid.uuid4())\n    return a, run_id",
    "def f():\n    from shared.id_generation import UnifiedIdGenerator\n"
    "    return UnifiedIdGenerator.generate_base_id(str(uuid.uuid4()))",
    "with make(str(uuid.uuid4())) as run_id:\n    pass",
    "for run_id in [str(uuid.uuid4())]:\n    pass",
    "match str(uuid.uuid4()):\n    case run_id:\n        print(run_id)",
    "del d[str(uuid.uuid4())]",
    "assert str(uuid.uuid4())",
    "raise A(str(uuid.uuid4()))",
)

# Places of expressions.
PLACES = (
    "HERE",
    "(HERE)",
    "run_id = HERE",
    "a[HERE] = 1",
    "run_id: str = HERE",
    "run_id: Annotated[str, HERE]",
    "a[HERE]: str = 1",
    "run_id += HERE",
    "a[HERE] += 1",
    "del a[HERE]",
    "assert HERE, HERE",
    "raise HERE from HERE",
    "def f():\n    return HERE",
    "def f():\n    yield HERE\n    yield from HERE",
    "async def f():\n    return await HERE",
    "def f(a, /, b: HERE = HERE, *c: HERE, d: HERE = HERE, **e: HERE) -> HERE: pass",
    "def f(a: HERE = HERE, /): pass",
    "async def f(a: HERE = HERE) -> HERE: pass",
    "@HERE\ndef f(): pass",
    "@HERE\nasync def f(): pass",
    "@HERE\nclass C(HERE, metaclass=HERE): pass",
    "if HERE: pass\nelif HERE: pass",
    "while HERE: pass",
    "for a in HERE: pass",
    "for a[HERE] in b: pass",
    "async def f():\n    async for a[HERE] in HERE: pass",
    "with HERE as a: pass",
    "with HERE, HERE: pass",
    "with a as b[HERE]: pass",
    "async def f():\n    async with HERE as a[HERE]: pass",
    "try: pass\nexcept HERE: pass",
    "try: pass\nexcept* HERE: pass",
    "match HERE:\n    case 1 if HERE: pass",
    "run_id = HERE or HERE and HERE",
    "run_id = HERE + HERE",
    "run_id = not HERE",
    "run_id = HERE < HERE",
    "run_id = HERE if HERE else HERE",
    "run_id = lambda a=HERE, *b, c=HERE: HERE",
    "run_id = (a := HERE)",
    "run_id = HERE.a",
    "run_id = HERE[HERE]",
    "run_id = a[HERE:HERE:HERE]",
    "run_id = HERE(HERE, *HERE, a=HERE, **HERE)",
    "run_id = [HERE, *HERE]",
    "run_id = HERE, *HERE",
    "run_id = {HERE, *HERE}",
    "run_id = {HERE: HERE, **HERE}",
    "run_id = [HERE for a in HERE if HERE]",
    "run_id = {HERE for a[HERE] in HERE if HERE}",
    "run_id = {HERE: HERE for a in HERE if HERE}",
    "run_id = f(HERE for a in HERE if HERE)",
    "async def f():\n    return [HERE async for a in HERE if HERE]",
    "run_id = f'{HERE}a{HERE!r:>{HERE}}'",
    "run_id = f'a' f'{HERE}' 'b'",
)
NEW_PLACES = (
    ((3, 12), "type A[T: HERE] = HERE"),
    ((3, 12), "def f[T: HERE, *U, **V](): pass"),
    ((3, 12), "class C[T: HERE]: pass"),
    ((3, 13), "def f[T = HERE, *U = HERE, **V = HERE](): pass"),
    ((3, 14), "run_id = t'{HERE}a{HERE!r:>{HERE}}'"),
)
EXPRESSIONS = (
    "str(uuid.uuid4())",
    "uuid4().hex",
    "make(run_id=uuid4)",
    "[(lambda: str(uuid4()))]",
    "[str(uuid.uuid4()) for run_id in a]",
    "dict(run_id=str(uuid4()))",
    "(a if b else str(uuid4())[:8])",
    "UnifiedIdGenerator.generate_base_id(str(uuid4()))",
)
# Where only names and literals stand.
WITHOUT_CODE = {
    ("MatchClass", "cls"),
    ("MatchValue", "value"),
    ("MatchMapping", "keys"),
    ("NamedExpr", "target"),
    ("TypeAlias", "name"),
}
NO_PROGRAM = {"Expression", "FunctionType", "Interactive"}
_FIELD = re.compile(r"(\w+)[*?]? (\w+)")


def fields_of(kind: str) -> set[tuple[str, str]]:
    """The fields of the grammar that hold statements or expressions, as the interpreter tells."""
    found = set()
    for node in vars(ast).values():
        if (
            not (isinstance(node, type) and issubclass(node, ast.AST))
            or node.__name__ in NO_PROGRAM
        ):
            continue
        name, _, rest = (node.__doc__ or "").partition("(")
        if name == node.__name__:
            found |= {(name, field) for held, field in _FIELD.findall(rest) if held == kind}
    return found


def fields_around(template: str) -> Iterator[tuple[str, str]]:
    """The fields of the nodes around each `HERE`."""
    pending: list[tuple[ast.AST, tuple[tuple[str, str], ...]]] = [(ast.parse(template), ())]
    while pending:
        node, around = pending.pop()
        if isinstance(node, ast.Name) and node.id == HERE:
            yield from around
        for field, value in ast.iter_fields(node):
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, ast.AST):
                    pending.append((item, (*around, (type(node).__name__, field))))


def readable(templates: Iterable[str]) -> list[str]:
    """Those that the interpreter knows."""
    found = []
    for template in templates:
        try:
            ast.parse(template)
        except SyntaxError:
            continue
        found.append(template)
    return found


ALL_BLOCKS = readable(BLOCKS)
ALL_PLACES = readable([*PLACES, *(template for _, template in NEW_PLACES)])


def test_no_place_of_the_grammar_is_missing() -> None:
    blocks = {field for template in ALL_BLOCKS for field in fields_around(template)}
    places = {field for template in ALL_PLACES for field in fields_around(template)}

    assert fields_of("stmt") <= blocks
    assert fields_of("expr") - WITHOUT_CODE <= places


def filled(template: str, statement: str) -> str:
    """The template with a statement where `HERE` stands on a line of its own."""
    return re.sub(rf"^( *){HERE}$", lambda match: indent(statement, match[1]), template, flags=re.M)


@cache
def checker(*, focus: bool) -> Checker:
    return Checker(Settings(select=("OST",)), focus=focus)


def looked_at(source: str) -> tuple[FileResult, FixResult]:
    path = str(Path("app/a.py"))
    found = checker(focus=True).check(source.encode(), path)
    fixed = checker(focus=True).fix(source.encode(), path, unsafe=True)
    assert found.analysed, source
    assert fixed.result.analysed, source
    if fixed.source is not None:
        ast.parse(fixed.source)
    return found, fixed


def hold_found(template: str, statements: Iterable[str]) -> None:
    for statement in statements:
        source = f"{HEAD}{filled(template, statement)}\n"
        found, _ = looked_at(source)
        assert "OST101" in {one.code for one in found.findings}, source


@pytest.mark.parametrize("template", ALL_BLOCKS)
def test_statements_at_every_place(template: str) -> None:
    """A function, and a few others: at each place different ones."""
    hold_found(template, (STATEMENTS[0], *STATEMENTS[ALL_BLOCKS.index(template) % 6 :: 6]))


@pytest.mark.slow
@pytest.mark.parametrize("template", ALL_BLOCKS)
def test_every_statement_at_every_place(template: str) -> None:
    hold_found(template, STATEMENTS)


def _is_of_types(template: str) -> bool:
    """Whether the expressions stand in parameters of types, which no rule looks into."""
    return template.startswith(("type A[", "def f[", "class C["))


@pytest.mark.broad
@pytest.mark.parametrize("template", ALL_PLACES)
def test_expressions_at_every_place(template: str) -> None:
    for expression in EXPRESSIONS:
        source = f"{HEAD}{template.replace(HERE, expression)}\n"
        found, _ = looked_at(source)
        is_found = bool({"OST101", "OST102"} & {one.code for one in found.findings})
        assert is_found is not _is_of_types(template), source


@pytest.mark.slow
@pytest.mark.parametrize("template", ALL_BLOCKS)
def test_expressions_at_every_place_in_every_block(template: str) -> None:
    lines = [place.replace(HERE, EXPRESSIONS[0]) for place in ALL_PLACES]
    sound = [line for line in lines if readable([filled(template, line)])]
    found, _ = looked_at(f"{HEAD}{filled(template, chr(10).join(sound))}\n")

    assert len(sound) > len(lines) // 2
    assert "OST101" in {one.code for one in found.findings}
