"""The sieve and the mask let through what the analysis of the whole file would report."""

from __future__ import annotations

import sysconfig
import zlib
from pathlib import Path

import pytest

from ssot_lint.config.settings import Settings
from ssot_lint.engine.checker import Checker
from ssot_lint.engine.prefilter import Prefilter, Sieve
from ssot_lint.model.findings import FileResult
from ssot_lint.rules.registry import CODES
from tests.helpers.models import masked

# Settings under which all rules speak about the standard library.
TALKATIVE = Settings(
    generator="os.path",
    generator_aliases=("posixpath",),
    context_method="join",
    id_method="basename",
    banned_calls=(
        "re.compile",
        "time.time",
        "os.getpid",
        "os.PathLike",
        "types.FunctionType",
        "types.GenericAlias",
        "collections.OrderedDict",
    ),
    id_prefixes=(("name", "n_"), ("path", "p_")),
    context_classes=("Path", "Message"),
    exempt=(),
)


def kept(text: str, settings: Settings | None = None) -> list[str]:
    result = masked(text, settings)
    assert len(result) - len(result.replace("\n", "")) == text.count("\n")
    return [line for line in result.splitlines() if line]


def test_lines_stay_where_they_are() -> None:
    text = '"""Doc."""\nimport uuid\n\ndef a():\n    pass\r\n\r\nx = uuid.uuid4()\n'

    assert masked(text) == "\n\n\n\n\r\n\r\nx = uuid.uuid4()\n"


def test_a_class_keeps_its_header_and_the_method() -> None:
    text = """\
import uuid
@decorated
class A(Base,
        other=1):
    '''Doc.'''
    x = 1

    def silent(self):
        pass

    @property
    def loud(self):
        return uuid.uuid4()
class B:
    pass
"""
    assert kept(text) == [
        "@decorated",
        "class A(Base,",
        "        other=1):",
        "    @property",
        "    def loud(self):",
        "        return uuid.uuid4()",
    ]


def test_aliases_are_followed() -> None:
    text = """\
import uuid as u
make = u.uuid4
again = make
def one():
    again()
def two():
    other()
class A:
    again = again
    def three(self):
        pass
other = 1
"""
    rows = text.splitlines()
    assert kept(text) == [*rows[1:5], *rows[7:9]]


def test_what_a_call_hands_over_stays_and_not_who_takes_it() -> None:
    text = """\
def start(thread_id):
    pass
def caller():
    start("abc")
def other():
    start("thread_abc")
"""
    assert kept(text) == text.splitlines()[2:4]


def test_what_runs_between_statements_that_stay() -> None:
    text = """\
import uuid
a = uuid.uuid4()
log()
def silent():
    pass
b = uuid.uuid4()
c = 1
"""
    rows = text.splitlines()
    assert kept(text) == [*rows[1:3], rows[5]]


def test_statements_that_share_a_row_stay_together() -> None:
    text = 'import uuid\na = """\n"""; b = uuid.uuid4(); c = """\n"""; d = 1\ne = 1\n'

    assert kept(text) == text.splitlines()[1:-1]


@pytest.mark.parametrize(
    ("source", "passes"),
    [
        (b"uuid.uuid4()", True),
        (b"def f(thread_id): pass", True),
        (b"UserExecutionContext(1)", True),
        (b"import os", False),
        (b"\x00", True),
        ("ｕｕｉｄ.ｕｕｉｄ４()".encode(), True),
        ("# é € 😀 — …".encode(), False),
        ("uuid4".encode("utf-16"), True),
        (b"# coding: utf-7\nuuid.uuid+ADQ()", True),
        (b"# coding: utf-8\nuuid.uuid+ADQ()", False),
    ],
)
def test_the_sieve(source: bytes, passes: bool) -> None:
    sieve = Prefilter(CODES, Settings()).sieve

    assert sieve.lets_through(source) is passes


def test_a_sieve_without_words_lets_nothing_through() -> None:
    assert not Sieve([]).lets_through(b"uuid4")


def both(path: Path) -> tuple[FileResult, FileResult]:
    source = path.read_bytes()
    return (
        Checker(TALKATIVE, focus=True).check(source, str(path)),
        Checker(TALKATIVE, focus=False).check(source, str(path)),
    )


def standard_library(*, whole: bool) -> list[Path]:
    """Modules of the running interpreter; without `whole` a fixed part of those under 60 kB."""
    top = Path(sysconfig.get_path("stdlib"))
    paths = [p for p in sorted(top.rglob("*.py")) if "site-packages" not in p.parts]
    if whole:
        return paths
    return [
        path
        for path in paths
        if path.stat().st_size < 60_000
        and zlib.crc32(path.relative_to(top).as_posix().encode()) % 32 == 0
    ]


@pytest.mark.slow
def test_focused_equals_whole_on_the_standard_library(request: pytest.FixtureRequest) -> None:
    """`pytest --whole-stdlib` compares all of it, which takes many minutes."""
    whole = bool(request.config.getoption("--whole-stdlib"))
    paths = standard_library(whole=whole)
    different: list[Path] = []
    codes: set[str] = set()
    for path in paths:
        focused, unfocused = both(path)
        if not unfocused.analysed:
            continue  # bad syntax, on purpose, or what libcst cannot read
        codes.update(finding.code for finding in focused.findings)
        if focused != unfocused:
            different.append(path)

    assert different == []
    assert len(paths) > 40
    assert codes >= {"OST101", "OST201", "OST301"}


# What one rule finds, written in ways that its trigger could overlook.
GENERATOR = "from shared.id_generation.unified_id_generator import UnifiedIdGenerator"
GENERATOR_INSIDE = "from shared.id_generation.unified_id_generator import UnifiedIdGenerator as G"
OVERLOOKED = [
    # What stands elsewhere than the finding: who counts up, who sets an attribute or a flag, whom a
    # class is derived from.
    (
        "OST104",
        "class A:\n    def f(self):\n        self._seq += 1\n"
        "    def g(self):\n        run_id = f'run_{self._seq}'\n",
    ),
    (
        "OST201",
        f"{GENERATOR}\nclass A:\n    def f(self, user_id):\n"
        "        a = self.made.generate_user_context_ids(user_id, 'a')\n"
        "        return a, self.made.generate_user_context_ids(user_id, 'a')\n"
        "    def __init__(self):\n        self.made = UnifiedIdGenerator()\n",
    ),
    (
        "OST103",
        f"import time\ntry:\n    {GENERATOR}\n    HAVE = True\n"
        "except ImportError:\n    HAVE = False\n"
        "def f():\n    if HAVE:\n        return None\n    run_id = f'run_{time.time()}'\n"
        "    return run_id\n",
    ),
    (
        "OST103",
        "import uuid\ntry:\n    import shared.id_generation as made\nexcept ImportError:\n"
        "    made = None\ndef f():\n    if made is None:\n        return str(uuid.uuid4())\n",
    ),
    (
        "OST204",
        f"{GENERATOR}\nclass Own(UnifiedIdGenerator):\n    pass\n"
        "def f():\n    return Own.generate_nothing()\n",
    ),
    ("OST203", "def f(a):\n    if a:\n        import shared.id_generation as g\n    return g\n"),
    (
        "OST303",
        f"{GENERATOR}\nmake = UnifiedIdGenerator.generate_base_id\n"
        "def f():\n    run_id = make('run')[:8]\n    return run_id\n",
    ),
    (
        "OST101",
        "import uuid  # \N{ROCKET}\nmake = uuid.uuid4\ndef f():\n    run_id = str(make())\n",
    ),
    # Found by mutants of real files: what hides a builtin, what the module means by a name that a
    # function imports, and line ends of old Macs beside others.
    (
        "OST101",
        "import uuid\nclass str:\n    x = 1\ndef f():\n    thread_id = str(uuid.uuid4())\n",
    ),
    (
        "OST101",
        "import uuid\nif x:\n    str = repr\ndef f():\n    thread_id = str(uuid.uuid4())\n",
    ),
    (
        "OST203",
        f"G = 'another'\ndef f():\n    if x:\n        {GENERATOR_INSIDE}\n    return G\n",
    ),
    (
        "OST101",
        "import uuid\rdef f():\r    run_id = str(uuid.uuid4())\rdef g():\n    x = (\r    )\r",
    ),
    (
        "OST104",
        "import datetime as d\ndef f():\n    run_id = f'run_{getattr(d.datetime, \"now\")()}'\n",
    ),
    ("OST104", "import time as t\nclock = t.time\ndef f():\n    run_id = f'run_{clock()}'\n"),
    ("OST104", "from random import choice as pick\nrun_id = 'run_' + pick('ab')\n"),
    (
        "OST104",
        "class A:\n def f(self):\n  self.made += 1\n  self.runId = f'run_{self.made}'\n",
    ),
    ("OST104", "def f():\n    return UserExecutionContext(1, f'thread_{hash(f)}')\n"),
    ("OST104", "def f(a):\n    b = id(a)\n    c = b\n    run_id = f'{c}'\n"),
    ("OST104", "import os\ndef f():\n    run_id = b'run_' + os.urandom(4)\n"),
    ("OST104", "import time\ndef f(a):\n    run_id = a or 'x' + str(time.time())\n"),
    ("OST104", "import time\ndef f(a):\n    b, a['run_id'] = 1, f'{time.time()}'\n"),
    (
        "OST101",
        "def f():\n    global late\n    import uuid as late\ndef g():\n    return late.uuid4()\n",
    ),
    (
        "OST102",
        "class A:\n def f(self, uuid4):\n  pass\nimport uuid\nx = dict(default=uuid.uuid4)\n",
    ),
    ("OST301", "class A:\n def __init__(self, thread_id): pass\n\nA('abc')\n"),
    (
        "OST301",
        "from typing import NamedTuple\nclass A(NamedTuple):\n a: int\n thread_id: str\n"
        " def f(self): pass\ndef g():\n A(1, 'abc')\n",
    ),
    ("OST301", "def f(a):\n    b, thread_id = a, ('x' if a else a)\n"),
    ("OST301", "def f(a):\n    return a.get('thread_id', 'x-%s' % a)\n"),
    ("OST301", 'a = """\nthread_id\n"""; thread_id = "abc"\n'),
    ("OST301", "thread_id = field(default_factory=lambda: 'abc')\n"),
    ("OST301", "def f(a, b=(thread_id := 'abc')):\n    pass\n"),
    (
        "OST304",
        "import re\ndef f(thread_id):\n    m = re.match('_(.*)', thread_id)\n    run_id = m[1]\n",
    ),
    (
        "OST304",
        "import re\ndef f(thread_id):\n    if m := re.search('_(.*)', thread_id):\n"
        "        return Ctx(run_id=m[1])\n",
    ),
    ("OST304", "def f(thread_id):\n    a, _, b = thread_id.partition('_')\n    run_id = b\n"),
    (
        "OST304",
        "import re\ndef f(thread_id):\n    x = re.split('_', thread_id)[-1]\n    run_id = x\n",
    ),
]


@pytest.mark.parametrize(("code", "source"), OVERLOOKED)
def test_triggers_overlook_nothing(code: str, source: str) -> None:
    whole = Checker(Settings(), focus=False).check(source.encode(), "a.py")

    assert code in {finding.code for finding in whole.findings}
    assert Checker(Settings()).check(source.encode(), "a.py") == whole


# What the look at the text could overlook: in each, one of the rules speaks.
HIDDEN = [
    "import time as t\nclock = (\n    t.time\n)\ndef f():\n    run_id = f'run_{clock()}'\n",
    "'''now'''; import time; clock = time.time\ndef f():\n    run_id = f'run_{clock()}'\n",
    "from time import (\n    time as clock,\n)\ndef f():\n    run_id = f'run_{clock()}'\n",
    "import x; from time import time as clock\ndef f():\n    run_id = f'run_{clock()}'\n",
    (
        "import time\ndef g(a='('):\n    pass\nclock = time.time\ndef h(a=')'):\n    pass\n"
        "def f():\n    run_id = f'run_{clock()}'\n"
    ),
    (
        "import time\ndef g(a):  # (\n    pass\nclock = time.time\ndef h(a):  # )\n"
        "    pass\ndef f():\n    run_id = f'run_{clock()}'\n"
    ),
    "import time\ndef f():\n    '''\ndef g():\n    '''\n    run_id = f'run_{time.time()}'\n",
    (
        "import time\nx = '''\ndef f():\n'''; clock = time.time\ndef g():\n"
        "    run_id = f'run_{clock()}'\n"
    ),
    "import time\ndef f():\n    a = '\\\ndef g():'\n    run_id = f'run_{time.time()}'\n",
    "import time\ndef f():\n    run_id = \\\nf'run_{time.time()}'\n",
    "import time\ndef f():\n    run_id = (\nf'run_{time.time()}'\n    )\n",
    "import time\ndef take(run_id):\n    pass\ndef f():\n    take(f'run_{time.time()}')\n",
    (
        "import time\ndef take(\n    a,  # a (one:\n    run_id,\n):\n    pass\ndef f():\n"
        "    take(1, f'run_{time.time()}')\n"
    ),
    (
        "import time\nclass Take:\n    def __init__(self, a, run_id): pass\ndef f():\n"
        "    Take(1, f'run_{time.time()}')\n"
    ),
    (
        "import time\nfrom dataclasses import dataclass\n@dataclass\nclass Take:\n"
        "    a: int; run_id: str\ndef f():\n    Take(1, f'run_{time.time()}')\n"
    ),
    "import time\ndef take(run_id):\n    pass\ndef f():\n    (take) (f'run_{time.time()}')\n",
    "import time\ndef f():\n    return RunId(f'run_{time.time()}')\n",
    "import time\ndef new_run_id():\n    return f'run_{time.time()}'\n",
    "import time\ndef new_run_id(): return f'run_{time.time()}'\n",
    "import time\r\ndef f():\r\n    run_id = f'run_{time.time()}'\r\n",
    "import time\rdef f():\r    run_id = f'run_{time.time()}'\r",
    "import time\n\x0cdef f():\n    run_id = f'run_{time.time()}'\n",
    "import time\n@x(run_id=f'run_{time.time()}')\ndef f():\n    pass\n",
    "import time\ndef f(run_id=f'run_{time.time()}'):\n    pass\n",
    (
        "import time\ndef f(a=(clock := time.time)):\n    pass\ndef g():\n"
        "    run_id = f'run_{clock()}'\n"
    ),
    (
        "import time\ndef f():\n    global clock\n    clock = time.time\ndef g():\n"
        "    run_id = f'run_{clock()}'\n"
    ),
    (
        "import time\nif x:\n    def f():\n        run_id = f'run_{time.time()}'\nelse:\n"
        "    def f():\n        pass\n"
    ),
    (
        "import time\ndef f():\n    if x:\n        def g():\n            pass\n"
        "    def h():\n        run_id = f'run_{time.time()}'\n"
    ),
    (
        "import time\nclass A:\n    def f(self): pass\n    def g(self):\n"
        "        self.run_id = f'run_{time.time()}'\n"
    ),
    (
        "import itertools\nclass A:\n    n = itertools.count()\n    def f(self):\n"
        "        self.run_id = f'run_{next(self.n)}'\n"
    ),
    (
        "import itertools\nclass A:\n    def __init__(self):\n"
        "        self.n = itertools.count()\n    def f(self):\n"
        "        self.run_id = f'run_{next(self.n)}'\n"
    ),
    (
        "class A:\n    def f(self):\n        self.count += 1\n    def g(self):\n"
        "        self.run_id = f'run_{self.count}'\n"
    ),
    "class A:\n    def g(self):\n        self.n += (1)\n        self.run_id = f'run_{self.n}'\n",
    "# é\nimport time\ndef f():\n    é_run_id = f'run_{time.time()}'\n",
    "import ｔｉｍｅ\ndef f():\n    run_id = f'run_{time.ｔｉｍｅ()}'\n",
    "def start(thread_id):\n    pass\ndef f():\n    start('abc')\n",
    "def start(\n    a, thread_id=None\n):\n    pass\ndef f():\n    start(1, 'abc')\n",
    "async  def start(thread_id):\n    pass\ndef f():\n    start  ('abc')\n",
    (
        "class A:\n    async def start(self, thread_id):\n        pass\n    def f(self):\n"
        "        self.start('abc')\n"
    ),
    "class A:\n  class B:\n    thread_id = 'abc'\n",
    "thread_id = \\\n  'abc'\n",
    "def défé(thread_id):\n    pass\ndef f():\n    défé('abc')\n",
    "class Ünit:\n    def __init__(self, thread_id):\n        pass\ndef f():\n    Ünit('abc')\n",
    "from x import UserExecutionContext as C\ndef f():\n    C(1, 'abc')\n",
    "import x\nC = x.UserExecutionContext\ndef f():\n    C(1, 'abc')\n",
    "import x\nC = getattr(x, 'UserExecutionContext')\ndef f():\n    C(1, 'abc')\n",
    "def f(thread_id):\n    start_with(run_id=thread_id.split('_')[1])\n",
    "def start(thread_id):\n    pass\ndef f(run_id):\n    start(run_id[4:])\n",
    "def f(run_id):\n    UserExecutionContext(1, run_id[4:])\n",
    "def new_thread_id(run_id):\n    return 'thread_' + run_id\n",
    "class A:\n    def thread_id(self):\n        return 'thread_' + self.run_id\n",
    "def f(a):\n    def g(thread_id):\n        run_id = thread_id[7:]\n    return g\n",
    "def f(a): thread_id = 'abc'\n",
    "if 1: thread_id = 'abc'\n",
    "class A: thread_id = 'abc'\n",
    "def f(\n  a,\n): \n  x = 1\n  thread_id = 'abc'\n",
    "def f(a): # b:\n  thread_id = 'abc'\n",
    "def f(a):\n  '''\n  ''' ; thread_id = 'abc'\n",
    "def f(a):\n\tif a:\n\t\tthread_id = 'abc'\n        # b\n",
    "def f(a):\n# b\n    x = 1\n# c\n    thread_id = 'abc'\n",
    (
        'x = [\n  lambda: 1,\n]\ndef f(a):\n    return f"""{a\n}"""; thread_id = \'abc\'\n'
        "def g():\n    thread_id = 'abc'\n"
    ),
]


@pytest.mark.parametrize("source", HIDDEN)
def test_the_look_at_the_text_overlooks_nothing(source: str) -> None:
    whole = Checker(Settings(), focus=False).check(source.encode(), "a.py")

    assert whole.findings
    assert Checker(Settings()).check(source.encode(), "a.py") == whole
