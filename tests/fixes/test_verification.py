"""What edits break, told from the texts before and after them: the planner is not asked."""

from __future__ import annotations

import sys
import textwrap

import pytest

from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.parsing import parse
from ssot_lint.fixes.edits import TextEdit, apply_text_edits
from ssot_lint.fixes.spans import Spans
from ssot_lint.fixes.verification import Reliance, harms

KNOWN = Reliance(frozenset({"ids.Gen"}), frozenset({"context", "new_id"}))
_BLOCK = "    _, _, rid = Gen.context(u)\n"

# Before, what becomes what in it, and a part of what is said; none where nothing is broken.
CASES: dict[str, tuple[str, dict[str, str], str]] = {
    "replaced": (
        "from ids import Gen\nimport uuid\ndef f():\n    return uuid.uuid4()\n",
        {"import uuid\n": "", "uuid.uuid4()": 'Gen.new_id("f")'},
        "",
    ),
    "use above the call": (
        "from ids import Gen\ndef f(u, r):\n    r = r or old()\n    t = old2()\n",
        {"old()": "rid", "    t = old2()": "    t, _, rid = Gen.context(u)"},
        "`rid` may be unbound",
    ),
    "call on one way only": (
        "from ids import Gen\ndef f(u, r):\n    if u:\n        pass\n    return old()\n",
        {"pass": "_, _, rid = Gen.context(u)", "old()": "rid"},
        "`rid` may not hold",
    ),
    "call outside of the loop": (
        "from ids import Gen\ndef f(u, r):\n    for i in r:\n        g(old())\n",
        {"    for": _BLOCK + "    for", "old()": "rid"},
        "`rid` would serve several times",
    ),
    "read by a lambda": (
        "from ids import Gen\ndef f(u):\n    return lambda: old()\n",
        {"    return": _BLOCK + "    return", "old()": "rid"},
        "`rid` would serve several times",
    ),
    "user bound between": (
        "from ids import Gen\ndef f(u):\n    a = 1\n    u = g()\n    return old()\n",
        {"    a": _BLOCK + "    a", "old()": "rid"},
        "`u` changes between",
    ),
    "user bound on one way": (
        "from ids import Gen\ndef f(a):\n    if a:\n        u = a\n    return old()\n",
        {"    return": _BLOCK + "    return", "old()": "rid"},
        "`u` may be unbound",
    ),
    "what the old code read, too": (
        "from ids import Gen\ndef f(a):\n    if a:\n        u = a\n    return old(u)\n",
        {"old(u)": "Gen.new_id(u)"},
        "",
    ),
    "local of another name": (
        "from ids import Gen\ndef f(u):\n    rid = 1\n    a = old()\n    return rid\n",
        {"    a": _BLOCK + "    a", "old()": "rid"},
        "`rid` would be something else",
    ),
    "helper that others read": (
        "from ids import Gen\ndef f():\n    s = h()\n    a = old(s)\n    return s\n",
        {"    s = h()\n": "", "old(s)": "Gen.new_id()"},
        "`s` may be unbound",
    ),
    "import that others read": (
        "from ids import Gen\nimport uuid\na = uuid.uuid4()\ndef f():\n    return uuid.UUID\n",
        {"import uuid\n": "", "uuid.uuid4()": "Gen.new_id()"},
        "`uuid` may be unbound",
    ),
    "import for type checkers": (
        "if TYPE_CHECKING:\n    from ids import Gen\ndef f():\n    return old()\n",
        {"old()": "Gen.new_id()"},
        "`Gen` may be unbound",
    ),
    "import that may fail": (
        "try:\n  from ids import Gen\nexcept ImportError:\n  pass\ndef f():\n  return old()\n",
        {"old()": "Gen.new_id()"},
        "`Gen` may be unbound",
    ),
    "import of a fallback": (
        "try:\n  from ids import Gen\nexcept ImportError:\n  Gen = 0\ndef f():\n  return old()\n",
        {"old()": "Gen.new_id()"},
        "or something else",
    ),
    "import of the main program": (
        "if __name__ == '__main__':\n    from ids import Gen\ndef f():\n    return old()\n",
        {"old()": "Gen.new_id()"},
        "`Gen` may be unbound",
    ),
    "deleted import": (
        "from ids import Gen\ndef f():\n    return old()\ndel Gen\n",
        {"old()": "Gen.new_id()"},
        "`Gen` may be unbound",
    ),
    "default above the import": (
        "def f(a=old()):\n    pass\nfrom ids import Gen\n",
        {"old()": "Gen.new_id()"},
        "`Gen` may be unbound",
    ),
    "module code above the import": (
        "def f():\n    return old()\na = f()\nfrom ids import Gen\n",
        {"old()": "Gen.new_id()"},
        "before it binds `Gen`",
    ),
    "by another function": (
        "def f():\n    return old()\ndef g():\n    f()\ng()\nfrom ids import Gen\n",
        {"old()": "Gen.new_id()"},
        "before it binds `Gen`",
    ),
    "decorated above the import": (
        "@run\ndef f():\n    return old()\nfrom ids import Gen\n",
        {"old()": "Gen.new_id()"},
        "before it binds `Gen`",
    ),
    "called below the import": (
        "def f():\n    return old()\nfrom ids import Gen\na = f()\n",
        {"old()": "Gen.new_id()"},
        "",
    ),
    "late import becomes an early one": (
        "def f():\n    a = Gen.new_id()\n    from ids import Gen\n",
        {"def": "from ids import Gen\ndef", "    from ids import Gen\n": "    pass\n"},
        "",
    ),
    "future no longer first": (
        "from __future__ import annotations\na = old()\n",
        {"from __future__": "from ids import Gen\nfrom __future__", "old()": "Gen.new_id()"},
        "would not compile",
    ),
    "handler sees it earlier": (
        "from ids import Gen\ndef f(u):\n    r = None\n    try:\n        t = old()\n        g(t)\n"
        "        r = old2()\n    except E:\n        return r\n",
        {"t = old()": "t, _, r = Gen.context(u)", "        r = old2()\n": ""},
        "`r` would be set at another time",
    ),
    "nobody sees it earlier": (
        "from ids import Gen\ndef f(u):\n    t = old()\n    g(t)\n    r = old2()\n    return r\n",
        {"t = old()": "t, _, r = Gen.context(u)", "    r = old2()\n": ""},
        "",
    ),
    "an object sees it earlier": (
        "from ids import Gen\ndef f(s, u):\n    s.t = old()\n    g(s)\n    s.r = old2()\n",
        {"s.t = old()": "s.t, _, s.r = Gen.context(u)", "    s.r = old2()\n": ""},
        "`s.r` would be set at another time",
    ),
    "a closure sees it earlier": (
        "from ids import Gen\ndef f(u):\n    t = old()\n    g(lambda: r)\n    r = old2()\n",
        {"t = old()": "t, _, r = Gen.context(u)", "    r = old2()\n": ""},
        "`r`",
    ),
    "name in an f-string": (
        'from ids import Gen\ndef f(a):\n    if a:\n        u = a\n    return f"{old()}"\n',
        {"old()": "Gen.new_id(u)"},
        "`u` may be unbound",
    ),
    "quote of the f-string": (
        'from ids import Gen\ndef f():\n    return f"a_{old()}"\n',
        {"old()": 'Gen.new_id("a")'},
        "Python 3.10 could not read",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_edits_break(name: str) -> None:
    code, changes, expected = CASES[name]
    if name == "quote of the f-string" and sys.version_info < (3, 12):
        pytest.skip("the parser refuses it by itself")
    said = _harms(code, changes)

    assert any(expected in text for text in said) if expected else not said, said


def _harms(code: str, changes: dict[str, str]) -> list[str]:
    edits: list[TextEdit] = []
    for old, new in changes.items():
        assert code.count(old) == 1, old
        at = code.index(old)
        edits.append(TextEdit(at, at + len(old), new))
    edits.sort()
    text = apply_text_edits(code, edits)
    sides = [(SourceText(one), parse(one)) for one in (code, text)]
    return [harm.reason for harm in harms(sides[0], sides[1], Spans(edits), KNOWN)]


def test_the_edits_to_blame_are_told() -> None:
    code = textwrap.dedent(
        """
        from ids import Gen
        def f():
            return old()
        def g(a):
            if a:
                u = a
            return old2()
        """
    )
    one, two = code.index("old()"), code.index("old2()")
    edits = [TextEdit(one, one + 5, "Gen.new_id()"), TextEdit(two, two + 6, "Gen.new_id(u)")]
    text = apply_text_edits(code, edits)
    sides = [(SourceText(part), parse(part)) for part in (code, text)]

    [harm] = harms(sides[0], sides[1], Spans(edits), KNOWN)

    assert harm.edits == {1}
