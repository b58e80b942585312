"""Where code makes ids itself because the generator failed or is missing."""

from __future__ import annotations

import ast
import sys

import pytest

from ssot_lint.ids.uses.fallbacks import Fallbacks
from tests.helpers.models import id_model

IMPORTS = "import time, uuid\nfrom shared.id_generation import UnifiedIdGenerator\n"
TRY = "try:\n from shared.id_generation import UnifiedIdGenerator\n"


def fallbacks(code: str) -> list[tuple[str, str, bool]]:
    """Code of what makes an id first, of all of the fallback, and whether a `try` failed."""
    return [
        (
            ast.unparse(found.first),
            "; ".join(map(ast.unparse, found.region)),
            found.attempt is not None,
        )
        for found in id_model(code).once(Fallbacks).found
    ]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (
            "try:\n a = UnifiedIdGenerator.make()\nexcept E:\n b = 1\n a = uuid.uuid4()\n",
            [("uuid.uuid4()", "b = 1; a = uuid.uuid4()", True)],
        ),
        (
            "try:\n a_id = UnifiedIdGenerator.make()\nexcept E:\n a_id = f'{time.time()}'\n",
            [("f'{time.time()}'", "a_id = f'{time.time()}'", True)],
        ),
        (
            "def f():\n t = time.time()\n try:\n  g = UnifiedIdGenerator.make()\n"
            " except E:\n  g = {'a_id': f'{t}'}\n",
            [("f'{t}'", "g = {'a_id': f'{t}'}", True)],
        ),
        ("try:\n a = make()\nexcept E:\n a = uuid.uuid4()\n", []),
        ("try:\n a = UnifiedIdGenerator.make()\nexcept E:\n a = f'{time.time()}'\n", []),
        (
            "a = UnifiedIdGenerator.make() if UnifiedIdGenerator else uuid.uuid4()",
            [("uuid.uuid4()", "uuid.uuid4()", False)],
        ),
        (
            "a = UnifiedIdGenerator and UnifiedIdGenerator.make() or uuid.uuid4()",
            [("uuid.uuid4()", "uuid.uuid4()", False)],
        ),
        # `or` and `and` of several are one node: each of them may say so.
        (
            "a = b and UnifiedIdGenerator and UnifiedIdGenerator.make() or uuid.uuid4() or c",
            [("uuid.uuid4()", "uuid.uuid4()", False)],
        ),
        ("a = b and c or uuid.uuid4()", []),
        ("a = b or UnifiedIdGenerator and UnifiedIdGenerator.make() or uuid.uuid4()", []),
        (
            "if a or b or not UnifiedIdGenerator:\n uuid.uuid4()\n",
            [("uuid.uuid4()", "uuid.uuid4()", False)],
        ),
        ("if a and b and not UnifiedIdGenerator:\n uuid.uuid4()\n", []),
        (
            "if UnifiedIdGenerator is not None:\n pass\nelif b:\n uuid.uuid4()\n",
            [("uuid.uuid4()", "if b:\n    uuid.uuid4()", False)],
        ),
        (
            "if UnifiedIdGenerator == False:\n uuid.uuid4()\n",
            [("uuid.uuid4()", "uuid.uuid4()", False)],
        ),
        ("if UnifiedIdGenerator == 0:\n uuid.uuid4()\n", []),
        ("if UnifiedIdGenerator < None:\n uuid.uuid4()\n", []),
        (
            "async def f():\n if UnifiedIdGenerator:\n  return 1\n a = 2\n return uuid.uuid4()\n",
            [("uuid.uuid4()", "a = 2; return uuid.uuid4()", False)],
        ),
        ("def f():\n if UnifiedIdGenerator:\n  g()\n return uuid.uuid4()\n", []),
    ],
)
def test_fallbacks(code: str, found: list[tuple[str, str, bool]]) -> None:
    assert fallbacks(IMPORTS + code) == found


@pytest.mark.parametrize(
    "code",
    [
        TRY + "except ImportError:\n UnifiedIdGenerator = None\n make = lambda: uuid.uuid4()\n",
        TRY + " OK: bool = True\nexcept ImportError:\n OK = False\nif not OK:\n uuid.uuid4()\n",
        TRY + "except E:\n OK = False\nelse:\n OK = True\ndef f():\n return OK or uuid.uuid4()\n"
        "def g():\n if OK is False:\n  uuid.uuid4()\n",
        "try:\n import shared.id_generation.unified_id_generator as u\n"
        "except ImportError:\n u = None\nif u is None:\n uuid.uuid4()\n",
    ],
)
def test_failed_imports(code: str) -> None:
    assert [first for first, _, _ in fallbacks("import uuid\n" + code)] == ["uuid.uuid4()"]


def test_a_flag_of_another_scope() -> None:
    code = "import uuid\n" + TRY + " OK = True\nexcept E:\n OK = False\n"

    assert fallbacks(code + "def f(OK):\n if not OK:\n  uuid.uuid4()\n") == []


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.11 has it")
def test_groups_of_errors() -> None:
    code = "try:\n a = UnifiedIdGenerator.make()\nexcept* E:\n a = uuid.uuid4()\n"

    assert fallbacks(IMPORTS + code) == [("uuid.uuid4()", "a = uuid.uuid4()", True)]


def test_what_lies_inside() -> None:
    ids = id_model(
        IMPORTS + "def f():\n"
        " try:\n"
        "  a = UnifiedIdGenerator.make()\n"
        " except E:\n"
        "  if UnifiedIdGenerator is None:\n"
        "   a = uuid.uuid4()\n"
        "  b = a\n"
        " return a\n"
    )
    fallbacks = ids.once(Fallbacks)
    names = [node for node in ids.semantics.syntax.of(ast.Name) if node.id in ("a", "b")]

    assert len(fallbacks.found) == 1  # the inner one is a part of it
    assert {node.lineno for node in names if fallbacks.covers(node)} == {8, 9}
