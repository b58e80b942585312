"""Which strings are ids that code puts together itself."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.ids.strings import hand_built
from ssot_lint.ids.strings.hand_built import BuiltIds
from tests.helpers.models import id_model

IMPORTS = (
    "import itertools, random, secrets, time, uuid\n"
    "from shared.id_generation import UnifiedIdGenerator\n"
)


def found_in(code: str) -> dict[str, str]:
    _, found = built_in(IMPORTS + code)
    return {ast.unparse(string): ast.unparse(source) for string, source in found.items()}


def built_in(code: str) -> tuple[BuiltIds, dict[ast.expr, ast.expr]]:
    """The answers for a text, and all strings in it, each with its source."""
    ids = id_model(code)
    built = ids.once(BuiltIds)
    parts = ids.semantics.parts
    return built, {string: source for part in parts for string, source in built.in_(part).items()}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("a_id = f'a_{time.time()}'", {"f'a_{time.time()}'": "time.time()"}),
        ("a_id = 'a_' 'b_' f'{id(x)}' 'c'", {"f'a_b_{id(x)}c'": "id(x)"}),
        ("a_id = b or c or str(time.time())", {"str(time.time())": "time.time()"}),
        ("a_id: str = 'a' + str(hash(b))[:8]", {"'a' + str(hash(b))[:8]": "hash(b)"}),
        ("async def f():\n return g(a_id='%s' % id(f))", {"'%s' % id(f)": "id(f)"}),
        ("class C:\n a_id = '{}'.format(time.time())", {"'{}'.format(time.time())": "time.time()"}),
        ("def f():\n t = time.time()\n a_id = f'{t}'", {"f'{t}'": "time.time()"}),
        ("def make_id():\n return f'{time.time()}'", {"f'{time.time()}'": "time.time()"}),
        ("def f(a_id=f'{time.time()}'): pass", {"f'{time.time()}'": "time.time()"}),
        ("a_id = f'{time.time():{f(x)}}'", {"f'{time.time():{f(x)}}'": "time.time()"}),
        ("a_id = f'{x:{str(time.time())}}'", {"f'{x:{str(time.time())}}'": "time.time()"}),
        # The whole string, once.
        ("a_id = 'x'.join([str(time.time())])", {"'x'.join([str(time.time())])": "time.time()"}),
        ("a_id = f'{str(time.time())}'", {"f'{str(time.time())}'": "time.time()"}),
        # A module's variable may be another one by then.
        ("t = time.time()\na_id = f'{t}'", {}),
        ("t = time.time()\ndef f():\n a_id = f'{t}'", {}),
        # Somebody else's, or no id.
        ("a_id = f'{time.time()}_{uuid.uuid4()}'", {}),
        ("def f():\n u = uuid.uuid4()\n a_id = f'{time.time()}_{u}'", {}),
        ("a_id = f'{UnifiedIdGenerator.generate_base_id(\"a\")}_{time.time()}'", {}),
        ("a_id = str(id(a))", {}),
        ("def get_id():\n return f'{time.time()}'", {}),
        ("a = f'{time.time()}'", {}),
        ("a_id = f'{b}'", {}),
    ],
)
def test_found(code: str, found: dict[str, str]) -> None:
    assert found_in(code) == found


def test_asked_for_one_statement() -> None:
    ids = id_model(
        "import time\n"
        "a_id = f'{time.time()}'\n"
        "class C:\n"
        "    b_id = f'{time.time_ns()}'\n"
        "    def f(self):\n"
        "        self.c_id = f'{id(self)}'\n"
        "        def g():\n"
        "            d_id = f'{hash(self)}'\n"
    )
    built, body = ids.once(BuiltIds), ids.semantics.syntax.tree.body
    owner = body[2]
    assert isinstance(owner, ast.ClassDef)

    def sources(node: ast.AST) -> list[str]:
        return [ast.unparse(source) for source in built.in_(node).values()]

    assert sources(body[0]) == []
    assert sources(body[1]) == ["time.time()"]
    assert sources(owner.body[0]) == ["time.time_ns()"]
    assert sources(owner.body[1]) == ["id(self)", "hash(self)"]
    assert built.is_one(next(iter(built.in_(body[1]))))
    assert not built.is_one(body[1])


def test_a_statement_without_a_source_is_not_looked_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ids = id_model("a_id = f'{b}' + str(c)\nd_id = '%s' % e.moment()")
    asked: list[ast.AST] = []

    def is_string(node: ast.AST) -> bool:
        asked.append(node)
        return False

    monkeypatch.setattr(hand_built, "is_string", is_string)

    assert not any(map(ids.once(BuiltIds).in_, ids.semantics.parts))
    assert not asked


def strings(code: str) -> tuple[BuiltIds, ast.expr]:
    """The answers, and the string that was found in the code."""
    built, found = built_in(IMPORTS + code)
    (string,) = found
    return built, string


@pytest.mark.parametrize(
    ("value", "is_random"),
    [
        ("str(time.time())", True),
        ("str(int(time.time() * 1000))", True),
        ("str(-int(time.time() // 2 - 0.5))[2:]", False),  # a sign
        ("str(int(time.time(), 16))", True),
        ("str(int(time.time(), base))", False),
        ("str(time.time(f()))", False),
        ("str(True + time.time())", False),
        ("''.join(random.choice('ab') for _ in range(8))", True),
        ("'' ''.join([random.choice('ab') for _ in range(8)])", True),
        ("b.join([random.choice('ab')])", None),
    ],
)
def test_nothing_but_a_source(value: str, is_random: bool | None) -> None:
    if is_random is None:
        assert found_in(f"a_id = {value}") == {}
        return
    built, string = strings(f"a_id = {value}")

    assert built.is_random(string) is is_random


def test_variables_that_are_nothing_but_a_source() -> None:
    built, string = strings("def f():\n t = time.time()\n t = int(t)\n a_id = str(t)")

    assert built.is_random(string)
    assert built.is_time(string)
    built, string = strings("def f(t):\n t = t or time.time()\n a_id = str(t)")

    assert not built.is_random(string)


@pytest.mark.parametrize(
    ("code", "may_come_again"),
    [
        ("a_id = f'{time.time()}'", False),
        ("a_id = f'{time.time() % 60}'", True),
        ("a_id = f'{time.strftime(\"%S\")}'", True),
        ("a_id = f'{random.randint(1, 9)}'", True),
        ("a_id = f'{random.getrandbits(32)}'", False),
        ("a_id = f'{random.getrandbits(31)}'", True),
        ("a_id = f'{random.getrandbits(*n)}'", True),
        ("a_id = f'{random.random()}'", False),
        ("a_id = f'{int(random.random())}'", True),
        ("a_id = f'{round(time.time())}'", True),
        ("a_id = f'{str(time.time())[:3]}'", True),
        ("a_id = f'{id(a)}'", True),
        ("def f():\n t = time.time()\n a_id = f'{t}'", False),
        ("def f():\n t = time.time()\n a_id = f'{t}'\n g(t)", True),
        ("async def f(x):\n t = time.time()\n async for _ in x:\n  a_id = f'{t}'", True),
        ("random.seed(1)\na_id = f'{time.time()}'", True),
    ],
)
def test_what_may_come_again(code: str, may_come_again: bool) -> None:
    built, string = strings(code)

    assert built.may_come_again(string) is may_come_again


def test_secrets() -> None:
    built, string = strings("def f():\n t = secrets.token_hex(8)\n a_id = f'{t}'")

    assert built.is_secret(string)
    assert [ast.unparse(source) for source in built.sources_in(string)] == ["secrets.token_hex(8)"]
    assert not built.is_secret(strings("a_id = f'{time.time()}'")[1])


def test_described() -> None:
    built = id_model(IMPORTS).once(BuiltIds)

    def described(code: str) -> str:
        return built.describe(ast.parse(code, mode="eval").body)

    assert described("time.time(1)") == "`time.time()`"
    assert described("self.count") == "the counter `self.count`"
