"""Calls and references that the generator cannot serve."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

import pytest

from ssot_lint.config.settings import Settings
from ssot_lint.ids.generator.api import GeneratorApi
from ssot_lint.ids.generator.reading import builtin_api
from ssot_lint.ids.uses.misuse import Misuse, Misuses
from tests.helpers.models import id_model

IMPORT = "from shared.id_generation import UnifiedIdGenerator as G\nimport functools\n"


@pytest.fixture(scope="module")
def api() -> GeneratorApi:
    """Of a generator that has nothing but the built-in methods."""
    return replace(builtin_api(Settings()), is_open=False)


def misuses(code: str, api: GeneratorApi) -> list[str]:
    ids = id_model(IMPORT + code, api)
    answers = ids.once(Misuses)

    def asked() -> Iterator[Misuse | None]:
        for node in ids.semantics.syntax.nodes:
            if isinstance(node, ast.Call):
                yield answers.of_call(node)
            elif isinstance(node, ast.Attribute):
                yield answers.of_reference(node)

    return [found.method for found in asked() if found is not None]


@pytest.mark.parametrize(
    "code",
    [
        "G.nope()",
        "f(G.nope)",
        "a: T = G.nope",
        "a += G.nope",
        "getattr(G, 'nope')",
        "class H(G):\n a = 1\nH.nope()",
        "class H(G):\n def f(self):\n  self.nope[1] = 2\nH.nope()",
        "try:\n G.nope()\nexcept ValueError:\n pass",
        "try:\n pass\nexcept AttributeError:\n G.nope()",
        "def f():\n return hasattr(G, 'nope')\ndef g():\n G.nope()",
        "G.generate_user_context_ids(nope=1)",
        "functools.partial(G.generate_user_context_ids, nope=1)",
    ],
)
def test_misuse(code: str, api: GeneratorApi) -> None:
    assert set(misuses(code, api)) <= {"nope", "generate_user_context_ids"}
    assert misuses(code, api)


@pytest.mark.parametrize(
    "code",
    [
        "G.nope = 1",
        "G.nope, a = 1, 2",
        "for G.nope in a: pass",
        "del G.nope",
        "getattr(G, 'nope', None)",
        "id.nope()",
        "class H(G):\n nope = 1\nH.nope()",
        "class H(G):\n def f(self):\n  self.nope = 2\nH.nope()",
        "class H(G):\n def f(self):\n  with a as (self.nope, b): pass\nH.nope()",
        "class H(G):\n __slots__ = ('nope',)\nH.nope()",
        "class H(G):\n def __getattr__(self, name): pass\nH().nope()",
        "class H(G):\n def f(self):\n  self.__dict__ = {}\nH().nope()",
        "class H(G):\n def __setattr__(self, name, value): pass\nH().nope()",
        "class H(G, B): pass\nH.nope()",
        "try:\n G.nope()\nexcept (ValueError, AttributeError):\n pass",
        "async def f():\n async with pytest.raises(AttributeError):\n  G.nope()",
        "if hasattr(G, 'nope'):\n G.nope()",
        "def f():\n def g():\n  G.nope()\n return hasattr(G, 'nope')",
        "setattr(G, 'nope', 1)\ndef f():\n G.nope()",
        "with patch.object(target=G, attribute='nope'):\n G.nope()",
        "'nope' in dir(G) and G.nope()",
        "G.a = G.nope = 1\nG.nope()",
        "G.generate_user_context_ids(*a)",
        "G.generate_user_context_ids(**a)",
        "G.generate_user_context_ids('u', 'o')",
        "functools.partial(G.generate_user_context_ids, 'u')",
        "try:\n G.generate_user_context_ids(nope=1)\nexcept TypeError:\n pass",
    ],
)
def test_no_misuse(code: str, api: GeneratorApi) -> None:
    assert misuses(code, api) == []


def test_what_is_said(api: GeneratorApi) -> None:
    ids = id_model(IMPORT + "G.generate_base_ids('a')", api)
    (call,) = ids.semantics.syntax.of(ast.Call)
    found = ids.once(Misuses).of_call(call)

    assert found is not None
    assert found.method == "generate_base_ids"
    assert found.problem.startswith("does not exist")
    assert found.advice == "did you mean `generate_base_id`?"
