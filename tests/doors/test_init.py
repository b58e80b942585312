"""`ssot-lint init`: what it proposes, and that it spoils nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.in_process import run

GENERATOR = """\
class UnifiedIdGenerator:
    @staticmethod
    def generate_user_context_ids(user_id, operation):
        thread_id = run_id = request_id = "x"
        return thread_id, run_id, request_id

    @staticmethod
    def generate_base_id(prefix):
        return f"{prefix}_1"
"""
OWN = """\
from uuid import uuid4


class AcmeIds:
    @classmethod
    def for_request(cls, user, name):
        trace_id, request_id = cls.new("trace"), cls.new("req")
        return trace_id, request_id

    @classmethod
    def new_for(cls, prefix):
        return cls.new(prefix)

    @classmethod
    def new(cls, prefix):
        return f"{prefix}_{uuid4()}"

    @classmethod
    def verify_id(cls, text):
        return bool(text)
"""
NOTHING = "nothing found that makes ids; set `generator` and its `id-method` in the section"
BAD = "import uuid\nrun_id = str(uuid.uuid4())\n"


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_a_project_is_set_up(tmp_path: Path) -> None:
    write(tmp_path, shared__id_generation__unified_id_generator=GENERATOR, app__a=BAD)
    (tmp_path / "shared/id_generation/__init__.py").write_text(
        "from .unified_id_generator import UnifiedIdGenerator\n"
    )
    code, out, err = run(tmp_path, "init")

    assert (code, err) == (0, "")
    section = (tmp_path / "pyproject.toml").read_text()
    assert section.startswith("[tool.ssot-lint]\ngenerator = ")
    assert 'generator-aliases = ["shared.id_generation.UnifiedIdGenerator"]' in section
    assert 'exempt = ["shared/id_generation/**"]' in section
    assert "Wrote [tool.ssot-lint] to pyproject.toml.\n" in out
    assert "  generate_user_context_ids gives thread_id, run_id, request_id\n" in out
    assert "A first check:\n1  OST101  direct-uuid-call\n1 finding in 1 of 3 files.\n" in out
    assert '  external = ["OST"]\n' in out
    assert run(tmp_path, "check")[1].splitlines()[-2] == "1 finding in 1 of 3 files."


def test_a_generator_of_another_name(tmp_path: Path) -> None:
    write(tmp_path, src__acme__ids=OWN, src__acme__a=BAD)
    write(tmp_path, src__acme__b="from acme import AcmeIds\nfrom other.ids import AcmeIds\n")
    (tmp_path / "src/acme/__init__.py").write_text("from acme.ids import AcmeIds\n")
    _, out, _ = run(tmp_path, "init")
    section = (tmp_path / "pyproject.toml").read_text()

    for line in (
        'generator = "acme.ids.AcmeIds"',
        'generator-aliases = ["acme.AcmeIds"]',
        'context-method = "for_request"',
        'context-ids = ["trace_id", "request_id"]',
        'id-method = "new"',
        'validators = ["verify_id"]',
        'id-prefixes = { trace_id = "trace_" }',
        "exempt = []",
    ):
        assert f"\n{line}  # " in section
    assert "Generator: acme.ids.AcmeIds, in src/acme/ids.py\n" in out
    assert "1 finding in 1 of 4 files." in run(tmp_path, "check")[1]


def test_where_none_is_found(tmp_path: Path) -> None:
    write(tmp_path, app__a=BAD)
    code, out, err = run(tmp_path, "init")

    assert code == 0
    assert err == f"ssot-lint: warning: {NOTHING}\n"
    assert "fix --diff" not in out
    assert "\n# generator = " in (tmp_path / "pyproject.toml").read_text()
    assert "1  OST101  direct-uuid-call" in out


def test_several_that_may_be_it(tmp_path: Path) -> None:
    other = GENERATOR.replace("UnifiedIdGenerator", "OldIds")
    write(tmp_path, a__old=other, b__new=GENERATOR, tests__fake=GENERATOR, c="from a import OldIds")
    _, out, _ = run(tmp_path, "init")
    section = (tmp_path / "pyproject.toml").read_text()

    assert 'generator = "b.new.UnifiedIdGenerator"' in section
    assert "# What else may be the generator: a.old.OldIds\n" in section
    assert "  or is it a.old.OldIds, in a/old.py?\n" in out


def test_of_other_names_the_most_used_wins(tmp_path: Path) -> None:
    for name in ("First", "Second"):
        write(tmp_path, **{name.lower(): GENERATOR.replace("UnifiedIdGenerator", f"{name}Ids")})
    write(tmp_path, user="from second import SecondIds\n")
    run(tmp_path, "init")

    assert 'generator = "second.SecondIds"' in (tmp_path / "pyproject.toml").read_text()


@pytest.mark.parametrize(
    ("before", "between"),
    [
        (b"[project]\nname = 'a'\n", b"\n"),
        (b"[project]\nname = 'a'", b"\n\n"),
        (b"[project]\r\nname = '\xc3\xa4'\r\n", b"\r\n"),
        (b"", b""),
    ],
)
def test_what_is_there_stays(tmp_path: Path, before: bytes, between: bytes) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_bytes(before)
    run(tmp_path, "init")
    after = path.read_bytes()

    assert after.startswith(before + between + b"[tool.ssot-lint]")
    assert after.count(b"\r\n") == (after.count(b"\n") if b"\r\n" in before else 0)


def test_diff_writes_nothing(tmp_path: Path) -> None:
    write(tmp_path, app__a=BAD)
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    code, out, _ = run(tmp_path, "init", "--diff")

    assert code == 0
    assert out.startswith("--- pyproject.toml\n+++ pyproject.toml\n")
    assert "+[tool.ssot-lint]\n" in out
    assert "Wrote" not in out
    assert (tmp_path / "pyproject.toml").read_text() == "[project]\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["app", "pyproject.toml"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[tool.ssot-lint]\n", "has a section [tool.ssot-lint] already; change it there"),
        ("tool = { a = 1 }\n", "`tool` is closed there to further sections"),
        ("[tool\n", "is not valid TOML"),
        ("[tool.ssot_lint]\n", "[tool.ssot_lint] is not read; call it [tool.ssot-lint]"),
        ("\ufeff[project]\n", "pyproject.toml: begins with a byte order mark (BOM), which TOML"),
    ],
)
def test_what_is_refused(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "pyproject.toml").write_text(content)
    code, out, err = run(tmp_path, "init")

    assert (code, out) == (2, "")
    assert told in err
    assert (tmp_path / "pyproject.toml").read_text() == content
    assert run(tmp_path, "init", "missing")[0] == 2


def test_names_that_no_import_can_spell(tmp_path: Path) -> None:
    write(tmp_path, **{'a"]\nb__ids': GENERATOR, "class__ids": GENERATOR})
    run(tmp_path, "init")

    assert "\n# generator = " in (tmp_path / "pyproject.toml").read_text()


@pytest.mark.parametrize("folder", ["", "src__"])
def test_the_root_itself_has_no_name(tmp_path: Path, folder: str) -> None:
    write(tmp_path, **{f"{folder}a": BAD})
    root = tmp_path / folder.replace("__", "/")
    (root / "__init__.py").write_text(GENERATOR)
    assert run(tmp_path, "init")[0] == 0
    assert "\n# generator = " in (tmp_path / "pyproject.toml").read_text()

    (tmp_path / "pyproject.toml").unlink()
    (root / "inside").mkdir()
    (root / "inside/__init__.py").write_text(GENERATOR)
    assert run(tmp_path, "init")[0] == 0
    section = (tmp_path / "pyproject.toml").read_text()
    assert 'generator = "inside.UnifiedIdGenerator"' in section


def test_other_makers_are_told_of(tmp_path: Path) -> None:
    manager = "class IdManager:\n    def generate_run_id(self):\n        return 1\n\n"
    manager += "    def generate_thread_id(self):\n        return 2\n"
    calls = "from app.manager import IdManager\n\nrun_id = IdManager().generate_run_id()\n"
    write(tmp_path, shared__id_generation__unified_id_generator=GENERATOR, app__manager=manager)
    write(tmp_path, app__one=calls, app__two=calls)

    _, _, err = run(tmp_path, "init")

    assert 'put "app.manager.IdManager" into `other-makers` or `accepted-makers`' in err
    written = (tmp_path / "pyproject.toml").read_text()
    assert '# other-makers = ["app.manager.IdManager"]' in written


TWO = {
    "a__ids": "import uuid\n\n\ndef new_id(prefix):\n    return f'{prefix}_{uuid.uuid4()}'\n",
    "b__makers": "import uuid\n\n\nclass IdMaker:\n    @staticmethod\n"
    "    def new(prefix):\n        return f'{prefix}_{uuid.uuid4()}'\n",
    "c": "from a.ids import new_id\n",
    "d": "from b.makers import IdMaker\n",
}


def test_where_none_wins_nobody_is_promised_anything(tmp_path: Path) -> None:
    write(tmp_path, **TWO)
    code, out, err = run(tmp_path, "init")
    section = (tmp_path / "pyproject.toml").read_text()

    assert code == 0
    assert "several may make the ids, and none by far the most: " in err
    assert "a.ids.new_id, in a/ids.py: used in 1 file; b.makers.IdMaker, in b/makers.py" in err
    assert "# What else may be the generator: a.ids.new_id, b.makers.IdMaker\n" in section
    assert "\n# generator = " in section
    assert "fix --diff" not in out


@pytest.mark.parametrize(
    ("answer", "generator"),
    [(b"1\n", 'generator = "a.ids.new_id"'), (b"7\n2\n", 'generator = "b.makers.IdMaker"'),
     (b"0\n", "# generator = "), (b"\n", "# generator = ")],
)  # fmt: skip
def test_a_terminal_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: bytes, generator: str
) -> None:
    write(tmp_path, **TWO)
    monkeypatch.setattr("ssot_lint.cli.commands.init._is_terminal", lambda: True)
    code, out, _ = run(tmp_path, "init", stdin=answer)

    assert code == 0
    assert "  1  a.ids.new_id, in a/ids.py: used in 1 file\n" in out
    assert f"\n{generator}" in (tmp_path / "pyproject.toml").read_text()


@pytest.mark.parametrize(
    "source",
    [
        "def make_app(name):\n    return time.time()\n",  # no name of an id
        "def new_id(prefix):\n    return prefix\n",  # nothing new
        "def new_id(prefix) -> int:\n    return random.randint(0, 9)\n",
        "def _new_id(prefix):\n    return uuid.uuid4().hex\n",
        "def get_user_id(request):\n    return request.user.id\n",
        "class Ids:\n    def names(self):\n        return [time.time()]\n",
        "def validate_id(text):\n    time.time()\n",
        "async def add_request_id(request, call_next):\n    request.state.id = uuid.uuid4().hex\n"
        "    response = await call_next(request)\n    response.headers['x'] = request.state.id\n"
        "    return response\n",
    ],
)
def test_what_makes_no_ids_is_no_candidate(tmp_path: Path, source: str) -> None:
    write(tmp_path, app__things=f"import random, time, uuid\n\n{source}")
    _, _, err = run(tmp_path, "init")

    assert NOTHING in err


@pytest.mark.parametrize(
    "body",
    [
        "end = uuid.uuid4().hex\n    return f'{prefix}_{end}'",
        "parts = [prefix]\n    parts.append(secrets.token_hex(4))\n    return '_'.join(parts)",
        "text = prefix\n    text += str(time.time())\n    return text",
        "text = prefix\n    for one in uuid.uuid4().fields:\n        text += str(one)\n"
        "    return text",
        "if (end := uuid.uuid4().hex) in SEEN:\n        end += '2'\n    return prefix + end",
    ],
)
def test_what_makes_ids_step_by_step_is_one(tmp_path: Path, body: str) -> None:
    source = f"import secrets, time, uuid\n\n\ndef new_id(prefix):\n    {body}\n"
    write(tmp_path, app__things=source)

    assert "Generator: app.things.new_id, in app/things.py\n" in run(tmp_path, "init")[1]


BY_BEGINNINGS = """\
import uuid


class Ids:
    @classmethod
    def for_request(cls, user_id: str):
        end = uuid.uuid4().hex
        return {returned}

    @classmethod
    def new(cls, prefix: str):
        return f"{prefix}_{uuid.uuid4().hex}"
"""


@pytest.mark.parametrize(
    ("returned", "ids"),
    [
        ('f"trace_{end}", f"req_{end}"', '["trace_id", "request_id"]'),
        ('cls.new("trace"), cls.new("span")', '["trace_id", "span_id"]'),
        ('"trace_" + end, "span_" + end', '["trace_id", "span_id"]'),
        ("end, end", "[]"),
        ('f"trace_{end}", f"trace_{user_id}"', "[]"),
    ],
)
def test_a_context_method_that_gives_what_has_no_names(
    tmp_path: Path, returned: str, ids: str
) -> None:
    write(tmp_path, acme__ids=BY_BEGINNINGS.replace("{returned}", returned))
    run(tmp_path, "init")

    assert f"\ncontext-ids = {ids}  # " in (tmp_path / "pyproject.toml").read_text()


@pytest.mark.parametrize(
    ("source", "classes"),
    [
        ("class RequestContext:\n    trace_id: str\n\n    request_id: str\n", '["RequestContext"]'),
        (
            "class JobContext:\n    def __init__(self, trace_id: str, request_id: str):\n"
            "        pass\n\n\nclass Row:\n    trace_id: str\n    request_id: str\n",
            '["JobContext"]',
        ),
        ("class RequestContext:\n    trace_id: str\n\n\nrequest_id: str\n", "[]"),
        (
            "class UserExecutionContext:\n    pass\n\n\nclass JobContext:\n    trace_id: str\n"
            "    request_id: str\n",
            '["UserExecutionContext"]',
        ),
    ],
)
def test_context_classes_are_found(tmp_path: Path, source: str, classes: str) -> None:
    returned = 'f"trace_{end}", f"req_{end}"'
    write(tmp_path, acme__ids=BY_BEGINNINGS.replace("{returned}", returned), acme__app=source)
    run(tmp_path, "init")

    assert f"\ncontext-classes = {classes}  # " in (tmp_path / "pyproject.toml").read_text()


ONE_KIND = "import uuid\n\n\ndef {}:\n    return f'x_{{uuid.uuid4()}}'\n"


@pytest.mark.parametrize(
    ("head", "is_taken"),
    [
        ("make_password_reset_id(user_id)", False),
        ("new_order_id()", False),
        ("next_invoice_id(customer)", False),
        ("create_csrf_id(kind)", False),  # a secret, of whatever kind
        ("new_order_id(prefix)", True),
        ("new_id(user_id)", True),
        ("generate_unique_id()", True),
        ("make_short_uuid()", True),
        ("mint_entity_id(entity_type)", True),
    ],
)
def test_what_makes_ids_of_one_kind_is_not_taken_unasked(
    tmp_path: Path, head: str, is_taken: bool
) -> None:
    write(tmp_path, app__makers=ONE_KIND.format(head))
    name = head.partition("(")[0]
    write(tmp_path, app__b=f"from app.makers import {name}\n")
    _, out, err = run(tmp_path, "init")
    section = (tmp_path / "pyproject.toml").read_text()

    assert (f"Generator: app.makers.{name}, " in out) is is_taken
    if not is_taken:
        assert (
            "nothing found that makes ids of all kinds, only of some, or secrets: app.makers."
            f"{name}, in app/makers.py: used in 1 file, makes ids of one kind or secrets; " in err
        )
        assert f"# What else may be the generator: app.makers.{name}\n" in section


def test_what_makes_all_kinds_wins_over_what_makes_one(tmp_path: Path) -> None:
    maker = ONE_KIND.format("new_order_id()") + ONE_KIND.format("make(prefix)")
    write(tmp_path, app__ids=maker, app__reset=ONE_KIND.format("make_reset_id(user)"))
    for number in range(4):
        write(tmp_path, **{f"app__c{number}": "from app.reset import make_reset_id\n"})
    _, out, _ = run(tmp_path, "init")

    assert "Generator: app.ids, in app/ids.py\n  make gives one id\n" in out
    assert "  or is it app.reset.make_reset_id, in app/reset.py?\n" in out


def test_an_object_for_its_own_module_is_not_proposed(tmp_path: Path) -> None:
    maker = "import uuid\n\n\nclass IdMaker:\n    def new(self, prefix):\n"
    maker += "        return f'{prefix}_{uuid.uuid4()}'\n\n\n_default = IdMaker()\n"
    write(tmp_path, app__ids=maker, app__b="from app.ids import new\n")
    assert "_default" not in run(tmp_path, "init", "--diff")[1]

    write(tmp_path, app__ids=f"{maker}new = _default.new\n")
    assert "Generator: app.ids.new, in app/ids.py\n" in run(tmp_path, "init", "--diff")[1]
