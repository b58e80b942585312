"""What a file says of ids that others may make."""

from __future__ import annotations

import pytest

from ssot_lint.analysis.dataflow.declared_types import TYPES, DeclaredType
from ssot_lint.analysis.dataflow.sinks.effects import CONVERTERS
from ssot_lint.config.settings import Settings
from ssot_lint.ids.generator.reading import builtin_api
from ssot_lint.project.collection.collect import facts_of
from ssot_lint.project.collection.sieve import may_say, sayings
from ssot_lint.project.facts import Fact, Reach, packed, unpacked

SETTINGS = Settings()


def facts(code: str, path: str = "app/models.py") -> tuple[Fact, ...]:
    return facts_of(code.encode(), path, SETTINGS, builtin_api(SETTINGS))


def told(code: str, path: str = "app/models.py") -> list[str]:
    """Each fact as a line: whose ids, of which name, why."""
    return [f"{one.reach.value} {one.owner}.{one.name}: {one.says}" for one in facts(code, path)]


UUID_COLUMN = "a UUID object is needed: that is how `run_id` is declared"
WIDE = "its width is fixed to 36 characters"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("class Run(Base):\n run_id = Column(UUID())", [f"table Run.run_id: {UUID_COLUMN}"]),
        ("class Run(Base):\n run_id = Column(String(36))", [f"table Run.run_id: {WIDE}"]),
        # An `id` is one of its class alone.
        ("class Run(Base):\n id = Column(String(36))", [f"class Run.id: {WIDE}"]),
        (
            "class Run(BaseModel):\n run_id: UUID",
            ["class Run.run_id: a UUID object is needed: that is how `run_id` is annotated"],
        ),
        ("class Run(BaseModel):\n title: UUID", []),
        ("t = Table('runs', m, Column('run_id', UUID()))", [f"table runs.run_id: {UUID_COLUMN}"]),
        ("op.add_column('runs', Column('run_id', String(36)))", [f"table runs.run_id: {WIDE}"]),
        (
            "s = 'CREATE TABLE IF NOT EXISTS runs (run_id UUID NOT NULL, title TEXT)'",
            ["table runs.run_id: the table `runs` has `run_id` as a UUID"],
        ),
        (
            "s = 'CREATE TABLE a (x INT); CREATE TABLE b (run_id CHAR(36))'",
            [f"table b.run_id: {WIDE}"],
        ),
        ("UUID(row.run_id)", ["project .run_id: `run_id` is handed to `UUID()`"]),
        ("UUID(str(row['run_id']))", ["folder .run_id: `run_id` is handed to `UUID()`"]),
        ("UUID(row['id'])", ["folder .id: `id` is handed to `UUID()`"]),
        ("row['id'][:8]", []),
        ("UUID(order.id)", ["folder order.id: `id` is handed to `UUID()`"]),
        ("UUID(run_id)", []),
        (
            "def f(c: Optional[Context]): return UUID(c.run_id)",
            ["class Context.run_id: `run_id` is handed to `UUID()`"],
        ),
        (
            "class Run:\n def short(self): return self.run_id[:8]",
            ["class Run.run_id: `run_id` is cut"],
        ),
        ("def f(c): return c.run_id[:8]", ["folder .run_id: `run_id` is cut"]),
        ("def f(c): return c.run_id[:40]", []),
        ("def f(c): logger.info(c.run_id[:8])", []),
        ("UUID = (", []),
        ("UUID = '\ud800'", []),
    ],
)
def test_facts(code: str, expected: list[str]) -> None:
    source = code.encode("utf-8", "surrogatepass")
    found = facts_of(source, "app/models.py", SETTINGS, builtin_api(SETTINGS))

    assert [f"{f.reach.value} {f.owner}.{f.name}: {f.says}" for f in found] == expected


@pytest.mark.parametrize("row", TYPES, ids=lambda row: row.name)
def test_the_sieve_knows_all_types(row: DeclaredType) -> None:
    assert may_say(f"class Run(Base):\n run_id = Column({row.name}(36))".encode())


@pytest.mark.parametrize("name", sorted(CONVERTERS))
def test_the_sieve_knows_all_parsers(name: str) -> None:
    assert told(f"{name}(row['run_id'])") == [f"folder .run_id: `run_id` is handed to `{name}()`"]


@pytest.mark.parametrize(
    "code",
    [
        "s = 'create table runs (run_id uuid not null)'",
        "class Run(Model):\n run_id = CharField(max_length=36)",
        "def f(c): return c.runId[:8]",
    ],
)
def test_the_sieve_lets_through(code: str) -> None:
    assert len(told(code)) == 1


@pytest.mark.parametrize(
    "read",
    [
        "c.run_id[:8]",
        "len(c.run_id)",
        "c.run_id.split('-')",
        "re.match('^x', c.run_id)",
        "c['run_id'][0:8]",
        "str(c.run_id)[:8]",
    ],
)
def test_what_is_read(read: str) -> None:
    (fact,) = facts(f"import re\nfrom app.db import runs\ndef f(c):\n return {read}")

    assert (fact.name, fact.reach, fact.row) == ("run_id", Reach.FOLDER, 4)
    assert fact.modules == "app.db app.db.runs"


def test_the_sieve_says_names_and_lines() -> None:
    code = b"key = row.run_id\nx = 1\nkey.split('-')\nuuid.UUID(other)\nlen(a.job_id)\n"

    assert dict(sayings(code).reads) == {
        "run_id": frozenset({1}),
        "other": frozenset({4}),
        "job_id": frozenset({5}),
    }
    assert not sayings(b"key = row.run_id\nother.split('-')\n")


@pytest.mark.parametrize(
    "asserts",
    [
        "assert len(c.run_id) == 36",
        "assert re.match('^x', c.run_id)",
        "self.assertEqual(c.run_id[:4], 'run_')",
        "uuid.UUID(c.run_id)",
    ],
)
def test_a_test_asserts_things_of_what_it_imports(asserts: str) -> None:
    code = f"from .. import db\nimport re, uuid\ndef test(self, c):\n {asserts}"
    (fact,) = facts(code, "app/tests/test_runs.py")

    assert (fact.reach, fact.row, fact.modules) == (Reach.IMPORTED, 4, "app app.db")


@pytest.mark.parametrize(
    "code", ["def f(c): return c.run_id[:8]", "class Run(Base):\n run_id = Column(UUID())"]
)
def test_what_is_a_tests_own(code: str) -> None:
    assert told(code, "app/tests/test_runs.py") == []


def test_tables_of_tests_are_those_of_others() -> None:
    """Not of the code under test: see `Project.about`."""
    code = "s = 'CREATE TABLE runs (run_id UUID)'"

    assert told(code, "tests/conftest.py") == told(code)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "from app.ids import make_id\nmake_id()[:8]",
            ["result app.ids.make_id(): the result of `make_id()` is cut"],
        ),
        (
            "from . import ids\nrun_id = ids.make()\nrun_id[:8]",
            ["result app.ids.make(): the result of `make()` is cut"],
        ),
        (
            "from ..ids import make_run_id\nimport uuid\nx = uuid.UUID(make_run_id())",
            ["result ids.make_run_id(): the result of `make_run_id()` is handed to `UUID()`"],
        ),
        (
            "from app.ids import make_id\nthread_id = f'thread_{make_id()}'",
            ["result app.ids.make_id(): `thread_` is put in front of what `make_id()` gives"],
        ),
        (
            "from app.ids import make_id\nthread_id = 'thread_' + make_id()",
            ["result app.ids.make_id(): `thread_` is put in front of what `make_id()` gives"],
        ),
        (
            "def f(ids):\n return ids.make_id()[:8]",
            ["result .make_id(): the result of `make_id()` is cut"],
        ),
        ("def make_id(): ...\nmake_id()[:8]", []),
        ("from app.ids import make_id\nprint(make_id()[:8])", []),
        ("from uuid import make_id\nmake_id()[:8]", []),
        ("from app.ids import make_text\nmake_text()[:8], x.run_id", []),
    ],
)
def test_what_is_done_to_results(code: str, expected: list[str]) -> None:
    assert told(code, "app/runs.py") == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("patch('app.db.uuid.uuid4')", "app.db.uuid4()"),
        ("patch('app.db.uuid4', fake)", "app.db.uuid4()"),
        ("mocker.patch('app.db.uuid')", "app.db.uuid()"),
        ("monkeypatch.setattr('app.db.time.time', fake)", "app.db.time()"),
        ("from app import db\nmonkeypatch.setattr(db, 'uuid4', fake)", "app.db.uuid4()"),
        ("from app import db\npatch.object(db.uuid, 'uuid4')", "app.db.uuid4()"),
        ("from app.db import x\npatch('uuid.uuid4')", "app.db.uuid4() app.db.x.uuid4()"),
        ("from app.db import x\npatch('time.time')", ""),
        ("patch('app.db.open_uuid')", ""),
        ("get('app.db.uuid.uuid4')", ""),
    ],
)
def test_what_tests_replace(code: str, expected: str) -> None:
    found = facts(code, "tests/test_runs.py")

    assert " ".join(f"{fact.owner}.{fact.name}" for fact in found) == expected
    assert {fact.reach for fact in found} <= {Reach.PATCH}


@pytest.mark.parametrize(
    "route",
    ["path('runs/<uuid:run_id>/', view)", "@get('/runs/{run_id:uuid}')\ndef f(): ..."],
)
def test_routes(route: str) -> None:
    assert told(route) == ["project .run_id: a route takes `run_id` as a UUID"]
    assert told(route, "tests/test_routes.py") == []


def test_the_generator_may_take_its_ids_apart() -> None:
    source = b"def f(c): return c.run_id[:8]"
    api = builtin_api(SETTINGS)

    assert facts_of(source, "shared/ids.py", SETTINGS, api, "shared/ids.py") == ()
    assert facts_of(source, "shared/other.py", SETTINGS, api, "shared/ids.py")


def test_facts_are_the_same_again() -> None:
    found = facts("class Run(Base):\n run_id = Column(String(36))")

    assert found == (
        Fact("run_id", WIDE, 2, Reach.TABLE, "Run", 36, is_declared=True, has_owner=True),
    )
    assert unpacked(packed(found)) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "1",
        "[1]",
        "[[1]]",
        '[["a","b",1,"no","",null,true,true,"","",""]]',
        '[["a","b",1,"class","",null,true,1,"","",""]]',
        '[["a","b",1,"class","",null,true,true]]',
    ],
)
def test_wrong_values_are_no_facts(text: str) -> None:
    with pytest.raises((TypeError, ValueError)):
        unpacked(text)


@pytest.mark.parametrize(
    "query",
    [
        "create table runs (x text check (length(run_id) = 36))",
        "SELECT substr(run_id, 1) FROM runs",
    ],
)
def test_what_queries_measure(query: str) -> None:
    assert told(f"query = '{query}'") == ["table runs.run_id: a query measures `run_id`"]


@pytest.mark.parametrize(
    "code",
    [
        b"shown = held[run_id][:8]\n",  # an element is cut
        b"length = len(held[run_id])\n",
        b"held = all_of[run_id]\nheld[:8]\n",
        b"# see the GUIDE\n",
        b"title = Column(String())\n",
        b'execute("CREATE TABLE runs (n INTEGER)")\n',
    ],
)
def test_the_sieve_holds_back_what_says_nothing(code: bytes) -> None:
    assert not may_say(code)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (b"assert len(run_id) > 0\n", False),
        (b"assert len(row['run_id']) >= 16\n", False),
        (b"assert len(run_id) == 36\n", True),
        (b"assert len(run_id) > 17\n", True),
        (b"# assert len(run_id) == 36\n", False),
        (b"assert held[run_id].startswith('a')\n", False),
        (b"assert held[run_id[:8]]\n", True),
    ],
)
def test_the_sieve_knows_what_tests_mind(code: bytes, says: bool) -> None:
    assert may_say(code, is_test=True) is says
