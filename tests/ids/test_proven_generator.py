"""A fix needs a proof that the generator is there, takes what is handed over, and gives texts."""

from __future__ import annotations

import pickle
import subprocess
import sys
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ssot_lint import check_source, fix_source
from ssot_lint.config.settings import Settings, settings_from_table
from ssot_lint.ids.generator.api import ONE_PREFIX, USER_AND_OPERATION, GeneratorApi, Shape
from ssot_lint.ids.generator.reading import read_generator_api
from ssot_lint.model.errors import UserError
from ssot_lint.rules.registry import CODES
from ssot_lint.run.store.cache import cache_key
from tests.helpers.in_process import run

pytestmark = pytest.mark.usefixtures("no_generator")

NAME = "acme.ids.IdGenerator"
ONE_ID = b"import uuid\n\n\ndef f():\n    run_id = str(uuid.uuid4())\n    return run_id\n"
CLASS = """\
import itertools

_numbers = itertools.count(1)


class IdGenerator:
    @staticmethod
    def generate_base_id(prefix: str = "id") -> str:
        return f"{prefix}_{next(_numbers)}"

    @staticmethod
    def generate_user_context_ids(user_id: str, operation: str) -> tuple[str, str, str]:
        thread_id = f"thread_{operation}_{next(_numbers)}"
        run_id = f"run_{operation}_{next(_numbers)}"
        request_id = f"req_{operation}_{next(_numbers)}"
        return thread_id, run_id, request_id
"""
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(path: str, text: str = CLASS) -> Path:
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text), encoding="utf-8")
        return target

    return write


def settings(root: Path, **given: object) -> Settings:
    table: dict[str, object] = {"generator": NAME, "generator-aliases": [], "exempt": []}
    table |= {key.replace("_", "-"): value for key, value in given.items()}
    return settings_from_table(table, root=root, source=None, codes=CODES)


def read(root: Path, **given: object) -> GeneratorApi:
    api = read_generator_api(settings(root, **given))
    assert pickle.loads(pickle.dumps(api)) == api
    return api


def is_fixed(root: Path, path: str = "app/views.py", **given: object) -> bool:
    return fix_source(ONE_ID, str(root / path), settings(root, **given)).source is not None


# Where the source is looked for


@pytest.mark.parametrize(
    "folder", ["", "src/", "backend/", "services/a/", "libs/common/src/", "backend/src/"]
)
def test_where_the_source_may_lie(write: Write, tmp_path: Path, folder: str) -> None:
    write(f"{folder}acme/ids.py")

    api = read(tmp_path)

    assert (api.origin, api.unproven, api.warning) == (f"{folder}acme/ids.py", "", "")
    assert is_fixed(tmp_path, f"{folder}app/views.py")


@pytest.mark.parametrize(
    "folder",
    ["a/b/c/", ".hidden/", "node_modules/", "build/", "tests/", "services/tests/", "a/.venv/"],
)
def test_where_it_is_not_looked_for(write: Write, tmp_path: Path, folder: str) -> None:
    write(f"{folder}acme/ids.py")

    assert read(tmp_path).origin is None
    assert not is_fixed(tmp_path)


@pytest.mark.parametrize("folder", ["", "src/", "services/a/"])
def test_its_own_file_is_exempt_wherever_it_lies(write: Write, tmp_path: Path, folder: str) -> None:
    for name in ("ids", "other"):
        write(f"{folder}acme/{name}.py", CLASS + "\nimport uuid\nrun_id = str(uuid.uuid4())\n")
        write(f"{folder}made/{name}.py", "import uuid\nrun_id = str(uuid.uuid4())\n")

    given = settings(tmp_path, exempt=["/made/other.py"])

    def is_silent(path: str) -> bool:
        file = tmp_path / folder / path
        return not check_source(file.read_bytes(), str(file), given).findings

    assert is_silent("acme/ids.py")
    assert not is_silent("acme/other.py")
    assert not is_silent("made/ids.py")
    assert is_silent("made/other.py") is (folder != "src/")


def test_several_different_files_are_no_proof(write: Write, tmp_path: Path) -> None:
    write("services/a/acme/ids.py")
    write("services/b/acme/ids.py", CLASS + "# another\n")

    api = read(tmp_path)

    assert api.unproven
    assert "several files may be acme.ids: services/a/acme/ids.py, services/b/" in api.warning
    assert "`generator-source`" in api.warning
    assert not is_fixed(tmp_path, "services/a/app/views.py")
    assert is_fixed(tmp_path, "services/a/app/views.py", generator_source="services/a")


def test_copies_of_one_file_are_one(write: Write, tmp_path: Path) -> None:
    write("services/a/acme/ids.py")
    write("services/b/acme/ids.py")

    assert is_fixed(tmp_path, "services/a/app/views.py")
    assert is_fixed(tmp_path, "services/b/app/views.py")


def test_another_part_of_a_monorepo_does_not_import_it(write: Write, tmp_path: Path) -> None:
    write("services/a/acme/ids.py")

    (finding,) = check_source(
        ONE_ID, str(tmp_path / "services/b/views.py"), settings(tmp_path)
    ).findings
    assert "the generator lies in services/a/, apart from this file" in finding.message
    assert is_fixed(tmp_path, "services/b/views.py", generator_source="services/a")


@pytest.mark.parametrize("given", ["lib/py", "lib/py/", "lib/py/acme/ids.py", "./lib/../lib/py"])
def test_the_setting_names_the_folder_or_the_file(write: Write, tmp_path: Path, given: str) -> None:
    write("lib/py/acme/ids.py")
    write("acme/ids.py", "class Other: ...")

    api = read(tmp_path, generator_source=given)

    assert (api.origin, api.unproven) == ("lib/py/acme/ids.py", "")


def test_a_file_of_another_name(write: Write, tmp_path: Path) -> None:
    write("generated/stub_of_ids.py")

    api = read(tmp_path, generator_source="generated/stub_of_ids.py")

    assert (api.origin, api.unproven) == ("generated/stub_of_ids.py", "")


def test_a_setting_without_a_file_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="`generator-source` names no file or folder: 'nowhere'"):
        settings(tmp_path, generator_source="nowhere")
    (tmp_path / "pyproject.toml").write_text('[tool.ssot-lint]\ngenerator-source = "nowhere"\n')

    code, _, told = run(tmp_path, "check", ".")

    assert code == 2
    assert told.count("\n") == 1
    assert "pyproject.toml: [tool.ssot-lint] `generator-source`" in told


def test_a_folder_without_the_module(write: Write, tmp_path: Path) -> None:
    write("lib/other.py")
    write("acme/ids.py")

    assert "lib/acme/ids.py is not there" in read(tmp_path, generator_source="lib").warning


def test_an_installed_package_is_read_and_not_imported(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("env/acme/__init__.py", "raise RuntimeError('imported')")
    file = write("env/acme/ids.py", CLASS + "raise RuntimeError('imported')\n")
    monkeypatch.syspath_prepend(str(tmp_path / "env"))
    root = tmp_path / "project"
    root.mkdir()

    api = read(root)

    assert (api.origin, api.unproven) == (str(file), "")
    assert "acme" not in sys.modules
    assert is_fixed(root)


def test_the_current_folder_is_no_environment(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("here/acme/ids.py")
    root = tmp_path / "project"
    root.mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.syspath_prepend(str(tmp_path / "here"))
    monkeypatch.syspath_prepend("")

    assert read(root).origin is None


# What there is to say where it is not


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (None, "its source is not in sight"),
        ("class Other: ...", "acme.ids defines no class or function `IdGenerator`"),
        ("class (", "acme/ids.py cannot be parsed"),
        ("IdGenerator = make()", "`IdGenerator` of acme.ids is made by `make`, which is no class"),
        ("IdGenerator = [1]", "`IdGenerator` of acme.ids is a value"),
        ("class A: ...\nIdGenerator = A()\nIdGenerator = A()", "no class or function"),
        ("class A: ...\nif A:\n    IdGenerator = A()", "bound several times, or only on some"),
        ("class IdGenerator: ...", "has neither `generate_base_id` nor `generate_user_context"),
    ],
)
def test_without_a_proof_there_is_no_fix(
    write: Write, tmp_path: Path, source: str | None, reason: str
) -> None:
    if source is not None:
        write("acme/ids.py", source)
    code = ONE_ID + b"thread_id = 'ws_1'\nx = 1  # noqa: OST101\n"

    result = fix_source(code, str(tmp_path / "a.py"), settings(tmp_path), unsafe=True)

    assert result.source == code.replace(b"  # noqa: OST101", b"")  # the comment alone
    assert all(finding.fix is None for finding in result.result.findings)
    assert len(result.result.findings) == 2
    for finding in result.result.findings:
        assert "(no fix: the generator is not proven: " in finding.message
        assert reason in finding.message
    assert "no fix is offered" in read(tmp_path).warning


_NEW_ID = "def new_id(prefix: str) -> str:\n    return prefix\n"


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("acme.ids", _NEW_ID),
        ("acme.ids", "from acme.made import new_id\n"),
        ("acme.ids.new_id", _NEW_ID),
        ("acme.ids.new_id", "from acme.made import new_id\n"),
        ("acme.ids.ids", "class A:\n    def new_id(self, prefix: str) -> str:\n"
         "        return prefix\nids = A()\n"),
        ("acme.ids.ids", "import acme.objects\nids = acme.objects.A()\n"),
    ],
)  # fmt: skip
def test_other_shapes(write: Write, tmp_path: Path, name: str, source: str) -> None:
    write("acme/ids.py", source)
    write("acme/made.py", _NEW_ID)
    write(
        "acme/objects.py", "class A:\n    @staticmethod\n    " + _NEW_ID.replace("\n ", "\n     ")
    )
    given = {"generator": name, "id_method": "new_id", "context_method": ""}

    assert read(tmp_path, **given).warning == ""
    assert is_fixed(tmp_path, **given)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def new_id(prefix): ...", "`new_id` has no annotation that says it returns a `str`"),
        ("async def new_id(prefix: str) -> str:\n    return prefix", "`new_id` is a coroutine"),
        (f"{_NEW_ID}new_id = wrapped(new_id)", "defines no class or function `new_id`"),
        (f"from a import *\n\n{_NEW_ID}", ""),
        (f"{_NEW_ID}\nfrom a import *", "may be bound by the `import *` on line 4"),
        (f"{_NEW_ID}\ndel new_id", "is deleted"),
        (f"{_NEW_ID}\nglobals()['new_id'] = None", "may be bound by a computed name"),
        ("def new_id(prefix: str) -> str:\n    if prefix not in KNOWN:\n        raise ValueError\n"
         "    return prefix\n", "may refuse some of what it is handed as `prefix`"),
        ("def new_id(prefix: str) -> str:\n    if not prefix:\n        raise ValueError\n"
         "    return prefix\n", ""),
        ("import enum\n\nclass Kind(enum.Enum):\n    RUN = 'run'\n\n"
         "def new_id(kind: Kind) -> str:\n    return kind.value\n",
         "takes `kind: Kind`, which is no text"),
    ],
)  # fmt: skip
def test_functions_that_no_fix_can_call(
    write: Write, tmp_path: Path, source: str, reason: str
) -> None:
    write("acme/ids.py", source)
    given = {"generator": "acme.ids.new_id"}

    assert reason in read(tmp_path, **given).warning
    assert is_fixed(tmp_path, **given) is (not reason)


def test_a_missing_method_blocks_what_needs_it(write: Write, tmp_path: Path) -> None:
    write("acme/ids.py", CLASS.split("    @staticmethod\n    def generate_user")[0])

    api = read(tmp_path)

    assert not api.unproven
    assert "has no `generate_user_context_ids`" in api.warning
    assert "set `context-method` in [tool.ssot-lint]" in api.warning
    assert is_fixed(tmp_path)


@pytest.mark.parametrize("command", ["check", "fix"])
def test_one_line_is_told_for_a_project(tmp_path: Path, command: str) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_bytes(ONE_ID)
    (tmp_path / "pyproject.toml").write_text("[tool.ssot-lint]\n")

    told = run(tmp_path, command, ".")[2]

    assert told.count("\n") == 1
    assert "warning: no fix is offered: the generator `shared.id_generation." in told
    assert str(tmp_path) in told
    assert "set `generator`, or `generator-source` in [tool.ssot-lint]" in told
    assert run(tmp_path, command, ".")[2] == told  # also of what is known already
    assert run(tmp_path, command, "-q", ".")[2] == ""
    other = "--diff" if command == "fix" else "--no-cache"
    assert run(tmp_path, command, other)[2].startswith(told)
    assert "no fix is offered" in run(tmp_path, command, "-", stdin=ONE_ID)[2]


def test_without_settings_it_says_how_to_go_on(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(ONE_ID)
    told = run(tmp_path, "check")[2]

    assert told.count("\n") == 1
    assert "`ssot-lint init` finds what makes the ids here, and writes the settings" in told


def test_each_project_has_its_line(write: Write, tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        write(f"{name}/pyproject.toml", f"[tool.ssot-lint]\ngenerator = '{name}.ids.Ids'\n")
        write(f"{name}/a.py", "x = 1\n")
    write("three/three/ids.py", CLASS.replace("IdGenerator", "Ids"))

    told = run(tmp_path, "check", ".")[2].splitlines()

    assert len(told) == 2
    assert "`one.ids.Ids`" in told[0] + told[1]
    assert "`two.ids.Ids`" in told[0] + told[1]


@pytest.mark.broad
def test_a_warm_run_needs_no_libcst_to_tell(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(ONE_ID)
    program = (
        "import sys\nfrom ssot_lint.cli.main import main\n"
        "try:\n    main(['check', '.'])\nexcept SystemExit:\n    pass\n"
        "print('libcst' in sys.modules)\n"
    )

    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        for _ in range(2)
    ]

    assert runs[1].stdout.endswith("False\n")
    assert "no fix is offered" in runs[1].stderr
    assert runs[0].stderr == runs[1].stderr


def test_settings_and_init_tell_it(write: Write, tmp_path: Path) -> None:
    _, out, _ = run(tmp_path, "check", "--show-settings")
    assert "no fix is offered without the generator's source" in out
    write(
        "acme/ids.py",
        CLASS.replace('prefix: str = "id"', "prefix: int").replace("IdGenerator", "AcmeIdMaker"),
    )

    _, _, told = run(tmp_path, "init", "--diff")

    assert "takes `prefix: int`, which is no text" in told


def test_the_cache_knows_what_the_source_proves(write: Write, tmp_path: Path) -> None:
    keys = set()
    for text in (CLASS, CLASS.replace("prefix: str", "prefix: int"), CLASS.replace("str:", "int:")):
        write("acme/ids.py", text)
        keys.add(cache_key(settings(tmp_path), read(tmp_path), ignore_noqa=False))

    assert len(keys) == 3


# What parameters take

IMPORTS = """\
import enum
import typing as t
import uuid
from enum import Enum
from typing import Annotated, Any, Literal, NewType, Optional, TypeAlias, Union

from acme.kinds import Label, Tag, Version
from elsewhere import Something


class Kind(Enum):
    RUN = "run"


class Text(str): ...


Name = NewType("Name", str)
Alias = str
Spelled: TypeAlias = "Optional[str]"
Number = NewType("Number", int)


"""
KINDS = "from typing import NewType\nLabel = NewType('Label', str)\nTag = str\nclass Version: ...\n"


@pytest.mark.parametrize(
    ("annotation", "takes"),
    [
        *[(one, True) for one in ("", ": str", ": Optional[str]", ": str | None", ": Any")],
        *[(one, True) for one in (": object", ": Name", ": Alias", ": 'str'", ": 'str | None'")],
        *[(one, True) for one in (": Annotated[str, 1]", ": t.Optional[str]", ": Label", ": Tag")],
        *[(one, True) for one in (": Union[Kind, str]", ": Spelled", ": t.Any", ": 'Name'")],
        *[(one, True) for one in (": Literal['run', 'thread']", ": Union[None, Literal['run']]")],
        *[(one, False) for one in (": Kind", ": Literal['thread']", ": int", ": uuid.UUID")],
        *[(one, False) for one in (": Something", ": Version", ": Text", ": Number", ": bytes")],
        *[
            (one, False)
            for one in (": list[str]", ": 'Kind'", ": Optional[int]", ": None", ": x.y")
        ],
        *[(one, False) for one in (": 'str ('", ": Unknown", ": Literal[1]", ": type[str]")],
    ],
)
def test_parameters_by_their_annotations(
    write: Write, tmp_path: Path, annotation: str, takes: bool
) -> None:
    write("acme/kinds.py", KINDS)
    write("acme/ids.py", IMPORTS + CLASS.replace('prefix: str = "id"', f"prefix{annotation}"))

    assert (read(tmp_path).obstacle("generate_base_id", ONE_PREFIX.handing("run")) is None) is takes
    assert is_fixed(tmp_path) is takes


def test_a_literal_takes_no_text_that_is_not_known(write: Write, tmp_path: Path) -> None:
    text = CLASS.replace('prefix: str = "id"', "prefix: Literal['run']")
    write("acme/ids.py", "from typing import Literal\n" + text)
    api = read(tmp_path)

    assert api.warning == ""
    assert api.obstacle("generate_base_id", ONE_PREFIX.handing("run")) is None
    for shape in (ONE_PREFIX, ONE_PREFIX.handing(None), ONE_PREFIX.handing("ran")):
        problem = api.obstacle("generate_base_id", shape)
        assert problem == "the generator's `generate_base_id` takes `prefix: Literal['run']` alone"


@pytest.mark.parametrize(
    ("parameters", "takes"),
    [
        ("*parts: str", True),
        ("*parts: int", False),
        ("prefix: str, *, kind: int = 3", True),
        ("prefix: str, kind: int = 3", True),
    ],
)
def test_only_what_is_handed_over_counts(
    write: Write, tmp_path: Path, parameters: str, takes: bool
) -> None:
    write("acme/ids.py", CLASS.replace('prefix: str = "id"', parameters).replace("{prefix}", "x"))

    assert is_fixed(tmp_path) is takes


TWO_IDS = b"""\
import uuid


def open_session(user_id):
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return thread_id, run_id
"""


@pytest.mark.parametrize(
    ("parameters", "takes"),
    [
        ("user_id, operation", True),
        ("user_id: str, operation: str = 'x'", True),
        ("user_id: str, operation: Literal['open_session']", True),
        ("user_id: str, operation: Literal['chat']", False),
        ("user_id: str, operation: Kind", False),
        ("user_id: int, operation: str", False),
        ("user_id: Literal['a'], operation: str", False),
    ],
)
def test_the_context_method_takes_what_it_says(
    write: Write, tmp_path: Path, parameters: str, takes: bool
) -> None:
    source = CLASS.replace("user_id: str, operation: str", parameters)
    write("acme/ids.py", "from typing import Literal\nfrom acme.kinds import Kind\n" + source)
    given = settings(tmp_path)

    fixed = fix_source(TWO_IDS, str(tmp_path / "app.py"), given).source

    assert (b"generate_user_context_ids" in (fixed or b"")) is takes
    shape = USER_AND_OPERATION.handing(None, "open_session")
    assert (read(tmp_path).obstacle("generate_user_context_ids", shape) is None) is takes


def test_keywords_are_checked_by_name(write: Write, tmp_path: Path) -> None:
    write("acme/ids.py", CLASS.replace("operation: str", "operation: int"))
    shape = Shape(keywords=("user_id", "operation"), texts=(None, "emergency"))

    assert read(tmp_path).obstacle("generate_user_context_ids", shape) is not None


# What methods give


@pytest.mark.parametrize(
    ("head", "body", "gives"),
    [
        ("-> str", "...", True),
        ("-> 'str'", "...", True),
        ("-> Name", "...", True),
        ("-> Text", "...", True),
        ("-> Annotated[str, 1]", "...", True),
        ("-> Optional[str]", "...", False),
        ("-> Any", "...", False),
        ("-> uuid.UUID", "...", False),
        ("-> int", "...", False),
        ("-> Kind", "...", False),
        ("-> t.Awaitable[str]", "...", False),
        ("-> t.Iterator[str]", "yield 'a'", False),
        ("-> str", "yield 'a'", False),
        ("", "...", False),
        ("", "return prefix", False),
        ("", "return f'{prefix}_1'", True),
        ("-> Any", "return f'{prefix}_1'", True),
        ("", "return str(prefix)", True),
        ("", "return uuid.uuid4()", False),
        ("", "return uuid.uuid4().hex", True),
        ("", "return uuid.uuid4().hex[:8]", True),
        ("", "return uuid.uuid4().int", False),
        ("", "return prefix + '_' + str(1)", True),
        ("", "return '%s_%s' % (prefix, 1)", True),
        ("", "return '_'.join([prefix, 'a'])", True),
        ("", "return '{}_1'.format(prefix).strip()", True),
        ("", "return prefix.join(['a'])", False),
        ("", "return prefix.lower()", False),
        ("", "return str(prefix).lower()", True),
        ("", "return uuid.uuid4().bytes.hex()", True),
        ("", "a = f'{prefix}'\n        return a", True),
        ("", "a = f'{prefix}'\n        a += '_1'\n        return a or 'b'", True),
        ("", "a = f'{prefix}'\n        a = uuid.uuid4()\n        return a", False),
        ("", "for a in 'ab':\n            return a", False),
        ("", "for a in 'ab':\n            pass\n        return a", False),
        ("", "if prefix:\n            return 'a'", False),
        ("", "if prefix:\n            return 'a'\n        else:\n            return 'b'", True),
        ("", "if prefix:\n            return 'a'\n        raise ValueError", True),
        ("", "return 'a' if prefix else None", False),
        ("", "return IdGenerator._own(prefix)", True),
        ("", "return _free()", True),
        ("", "return _other()", False),
        ("", "return LABEL", True),
        ("", "return IdGenerator.LABEL", True),
        ("", "import secrets\n        return secrets.token_hex(4)", True),
        ("", "return IdGenerator.generate_base_id(prefix)", False),
    ],
)
def test_results_by_annotation_or_by_what_is_returned(
    write: Write, tmp_path: Path, head: str, body: str, gives: bool
) -> None:
    write("acme/kinds.py", KINDS)
    before = "\nLABEL = 'x'\ndef _free():\n    return 'a'\ndef _other():\n    return Something()\n"
    own = "\n    LABEL = 'a'\n    @classmethod\n    def _own(cls, a):\n        return '_' + a\n"
    method = f'(prefix="id") {head}:\n        {body}\n'
    rest = CLASS.split("    @staticmethod\n    def generate_user")[1]
    write(
        "acme/ids.py",
        f"{IMPORTS}{before}class IdGenerator:\n    @staticmethod\n    def generate_base_id"
        f"{method}{own}\n    @staticmethod\n    def generate_user{rest}",
    )

    assert (read(tmp_path).obstacle("generate_base_id", ONE_PREFIX) is None) is gives
    assert is_fixed(tmp_path) is gives


@pytest.mark.parametrize("decorator", ["cache", "functools.lru_cache", "lru_cache(maxsize=9)"])
def test_a_method_that_gives_the_same_id_again(
    write: Write, tmp_path: Path, decorator: str
) -> None:
    write(
        "acme/ids.py",
        CLASS.replace("    def generate_base", f"    @{decorator}\n    def generate_base"),
    )

    assert "gives the same id again" in read(tmp_path).warning
    assert not is_fixed(tmp_path)


@pytest.mark.parametrize(
    ("head", "body", "gives"),
    [
        ("-> Tuple[str, str, str]", "...", True),
        ("-> 'tuple[str, str, str]'", "...", True),
        ("-> tuple[Name, Label, str]", "...", True),
        ("-> tuple[str, ...]", "...", False),  # it does not say how many there are
        ("-> tuple[uuid.UUID, ...]", "...", False),
        ("-> tuple[uuid.UUID, str, str]", "...", False),
        ("-> list[str]", "return thread_id, run_id, request_id", False),
        ("", "return thread_id, run_id, request_id", False),
        ("", "thread_id = run_id = request_id = f'x{user_id}'\n        "
             "return thread_id, run_id, request_id", True),
        ("", "thread_id = run_id = f'x{user_id}'\n        request_id = uuid.uuid4()\n        "
             "return thread_id, run_id, request_id", False),
    ],
)  # fmt: skip
def test_what_the_context_method_gives(
    write: Write, tmp_path: Path, head: str, body: str, gives: bool
) -> None:
    write("acme/kinds.py", KINDS)
    first = CLASS.split("    @staticmethod\n    def generate_user")[0].split("class IdGen")[1]
    method = f"def generate_user_context_ids(user_id, operation) {head}:\n        {body}\n"
    imports = IMPORTS + "from typing import Tuple\nimport itertools\n_numbers = itertools.count()\n"
    write("acme/ids.py", f"{imports}\nclass IdGen{first}    @staticmethod\n    {method}")

    fixed = fix_source(TWO_IDS, str(tmp_path / "app.py"), settings(tmp_path)).source

    assert (b"generate_user_context_ids" in (fixed or b"")) is gives


# Circles of imports

ORDERS = "import uuid\n\n\ndef place():\n    return {'order_id': str(uuid.uuid4())}\n"


@pytest.mark.parametrize(
    ("files", "closes"),
    [
        ({}, False),
        ({"__init__": "from acme.orders import place\n"}, False),
        ({"__init__": "from .orders import place\nVERSION = 1\n"}, False),
        ({"__init__": "from acme import orders, ids\n"}, False),
        ({"__init__": "from acme.ids import IdGenerator\nfrom acme.orders import place\n"}, False),
        ({"ids": "from acme import orders\n"}, True),
        ({"ids": "import acme.orders\n"}, True),
        (
            {"ids": "from .clock import now\n", "clock": "from .orders import place\nnow = 1\n"},
            True,
        ),
        ({"ids": "from .clock import now\n", "clock": "now = 1\n"}, False),
        (
            {
                "ids": "from acme import VERSION\n",
                "__init__": "from acme.orders import place\nVERSION = 1\n",
            },
            True,
        ),
        ({"ids": "from acme import VERSION\n", "__init__": "VERSION = 1\n"}, False),
        (
            {
                "ids": "from . import clock\n",
                "clock": "from acme import VERSION\n",
                "__init__": "from acme.shop import shop\nVERSION = 1\n",
                "shop": "from acme.orders import place\nshop = 1\n",
            },
            True,
        ),
        (
            {
                "ids": "from typing import TYPE_CHECKING\n"
                "if TYPE_CHECKING:\n    import acme.orders\n",
            },
            False,
        ),
        ({"ids": "def late():\n    from acme.orders import place\n"}, False),
    ],
)
def test_only_what_closes_a_circle_keeps_the_import_out(
    write: Write, tmp_path: Path, files: dict[str, str], closes: bool
) -> None:
    """What is fixed can be imported, whichever module is the first."""
    write("acme/__init__.py", "")
    for name, text in files.items():
        write(f"acme/{name}.py", text)
    write("acme/ids.py", files.get("ids", "") + CLASS)
    orders = write("acme/orders.py", ORDERS)
    names = ["acme", "acme.ids", "acme.orders", *(f"acme.{n}" for n in files if n != "__init__")]
    assert all(imports(tmp_path, name) for name in names)

    fixed = fix_source(ORDERS.encode(), str(orders), settings(tmp_path)).source

    assert (fixed is None) is closes
    orders.write_bytes(
        fixed or b"from acme.ids import IdGenerator\nplace = IdGenerator.generate_base_id\n"
    )
    assert all(imports(tmp_path, name) for name in names) is not closes


@pytest.mark.parametrize(
    ("files", "path", "closes"),
    [
        ({"shared/ids/__init__": "from shared.audit import place\n"}, "shared/audit.py", True),
        ({"shared/__init__": "from shared.audit import place\n"}, "shared/audit.py", False),
        ({"shared/__init__": "from app.audit import place\n"}, "app/audit.py", True),
        ({"shared/ids/__init__": "from .maker import IdGenerator\n"}, "shared/ids/more.py", False),
        ({"shared/ids/__init__": "from .more import place\n"}, "shared/ids/more.py", False),
        ({}, "shared/ids/__init__.py", False),
        ({"shared/ids/maker": "from shared.ids import place\n"}, "shared/ids/__init__.py", True),
        ({"shared/ids/maker": "from shared.ids import names\n"}, "shared/ids/__init__.py", False),
    ],
)
def test_circles_through_the_packages_around(
    write: Write, tmp_path: Path, files: dict[str, str], path: str, closes: bool
) -> None:
    before = {"shared/__init__": "", "shared/ids/__init__": "", "shared/ids/names": "", **files}
    for name, text in before.items():
        write(f"{name}.py", text)
    write("shared/ids/maker.py", files.get("shared/ids/maker", "") + CLASS)
    own = f"{files.get(path.removesuffix('.py'), '')}{ORDERS}"
    if path == "shared/ids/__init__.py" and closes:
        own = ORDERS.replace("import uuid\n", "import uuid\nplace = 1\n")
    target = write(path, own)
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    names = [module, "shared", "shared.ids", "shared.ids.maker"]
    assert all(imports(tmp_path, name) for name in names)
    given = settings(tmp_path, generator="shared.ids.maker.IdGenerator")

    fixed = fix_source(own.encode(), str(target), given).source

    assert (fixed is None) is closes
    if fixed is not None:
        target.write_bytes(fixed)
        assert all(imports(tmp_path, name) for name in names)


def imports(root: Path, name: str) -> bool:
    """Whether a module can be imported by a program that has imported nothing else."""
    done = subprocess.run(
        [sys.executable, "-B", "-c", f"import {name}"], cwd=root, capture_output=True, check=False
    )
    return done.returncode == 0


# What the validator accepts

VALIDATORS = {
    "accepts": """\
        parts = id_string.split("_")
        if len(parts) < 4 or not id_string.startswith(prefix + "_"):
            return False
        return parts[-2].isdigit() and len(parts[-1]) == 8
    """,
    "parses": """\
        parsed = IdGenerator.parse(id_string)
        if not parsed or not parsed.words.startswith(prefix):
            return False
        return parsed.moment > 10 ** 0 and any(c in "0123456789abcdef" for c in parsed.unique)
    """,
    "parses_plainly": """\
        parsed = IdGenerator.parse(id_string)
        return parsed is not None and parsed.words.startswith(prefix) and parsed.moment > 0
    """,
    "refuses_old_ones": """\
        parsed = IdGenerator.parse(id_string)
        return parsed is not None and time.time() * 1000 - parsed.moment < 31536000000
    """,
    "refuses_all": """\
        return id_string.startswith("id-")
    """,
    "counts_parts": """\
        return len(id_string.split("_")) == 5
    """,
    "raises": """\
        return int(id_string) > 0
    """,
    "matches": """\
        return re.match(r"thread_", id_string) is not None
    """,
    "asks_others": """\
        return id_string in IdGenerator._known
    """,
    "asks_the_absence": """\
        return id_string not in IdGenerator._revoked
    """,
    "is_nothing": "        ...\n",
    "loops": """\
        while True:
            prefix = prefix + "x"
    """,
}
MAKING = """\
import re
import secrets
import time
import uuid
from dataclasses import dataclass
from threading import Lock

_lock = Lock()
_count = 0


def _next() -> int:
    global _count
    with _lock:
        _count += 1
        return _count


@dataclass
class Parsed:
    words: str
    moment: int
    unique: str


class IdGenerator:
    _known: dict = {}
    _revoked = set()

    @staticmethod
    def generate_base_id(prefix: str) -> str:
        return f"{prefix}_{int(time.time() * 1000)}_{_next()}_{secrets.token_hex(4)}"

    @staticmethod
    def generate_user_context_ids(user_id: str, operation: str = "x") -> tuple[str, str, str]:
        moment, number = int(time.time() * 1000), _next()
        base = f"{operation}_{moment}"
        unique = secrets.token_hex(4)
        thread_id = f"thread_{base}_{number}_{unique}"
        run_id = "run_" + base
        request_id = "req_%s_%s" % (operation, uuid.uuid4().hex)
        return thread_id, run_id, request_id

    @staticmethod
    def parse(id_string: str):
        *words, moment, _, unique = id_string.split("_")
        try:
            return Parsed("_".join(words), moment=int(moment), unique=unique)
        except (ValueError, IndexError):
            return None

    @classmethod
    def is_valid_id(cls, id_string: str, prefix: str = "") -> bool:
"""
LOOKUP = b"""\
class ThreadRepository:
    def find(self, db, thread_id: str):
        return db.get(Thread, thread_id)
"""


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("accepts", ""),
        ("parses", "does more than can be read"),  # a power may take for ever
        ("parses_plainly", ""),
        ("refuses_old_ones", "reads a clock"),
        ("refuses_all", "refuses ids of `generate_user_context_ids` such as `thread_"),
        (
            "counts_parts",
            "refuses ids of `generate_user_context_ids` such as `thread_open_session_",
        ),
        ("raises", "refuses ids of `generate_user_context_ids`"),
        ("matches", "calls `re.match`"),
        ("asks_others", "depends on `_known`, which changes"),
        ("asks_the_absence", "depends on `_revoked`, which changes"),
        ("is_nothing", "is not written out in its source"),
        ("loops", "takes too many steps"),
    ],
)
def test_the_check_calls_the_validator_only_where_it_accepts(
    write: Write, tmp_path: Path, body: str, reason: str
) -> None:
    write("acme/ids.py", MAKING + VALIDATORS[body])
    given = settings(tmp_path, extend_select=["OST401"])

    result = fix_source(LOOKUP, str(tmp_path / "app.py"), given, unsafe=True)

    assert result.source is not None
    (finding,) = result.fixed
    assert reason in finding.message
    assert (b"is_valid_id" in result.source) is (not reason)
    assert ('begins with "thread_", and only that, since' in finding.message) is bool(reason)
    assert b'thread_id.startswith("thread_")' in result.source
    code = result.source.decode().replace("return db.get(Thread, thread_id)", "return thread_id")
    program = "".join(
        [
            f"{code}\nfrom acme.ids import IdGenerator\n",
            "for operation in ('chat', 'open_session', 'a_b_c'):\n",
            "    one = IdGenerator.generate_user_context_ids('u', operation)[0]\n",
            "    assert ThreadRepository().find(None, one) == one\n",
        ]
    )
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True)


def test_the_form_is_that_of_the_method_that_makes_the_kind(write: Write, tmp_path: Path) -> None:
    write("acme/ids.py", MAKING + VALIDATORS["accepts"])

    api = read(tmp_path, id_prefixes={"thread_id": "thread_", "run_id": "run_", "job_id": "job-"})

    assert not api.refusal("thread_id")
    assert "such as `run_chat_1700000000250`" in api.refusal("run_id")
    assert not api.refusal("job_id")
    assert api.refusal("other_id")


@pytest.mark.parametrize(
    "statement",
    [
        "return 'x' * 10**9, '', ''",
        "return '%0999999999d' % 1, '', ''",
        "return f'{1:0999999999d}', '', ''",
        "return '{0.__class__}'.format(operation), '', ''",
        "return 'a'.zfill(10**9), '', ''",
        "return str(list(range(10**12))), '', ''",
        "return str(9 << 10**9), '', ''",
        "while True:\n            pass",
        "return IdGenerator.generate_user_context_ids(user_id, operation)",
        "return __import__('os').system('true'), '', ''",
        "return open('/etc/hostname').read(), '', ''",
        "return eval('1'), '', ''",
        "return ().__class__.__mro__, '', ''",
        "return str(secrets.token_hex(10**9)), '', ''",
        "return [[[[[[0] * 99] * 99] * 99] * 99] * 99], '', ''",
        "return int('9' * 2000) ** 2, '', ''",
        "return 1 / 0, '', ''",
        "return max(range(10**12)), '', ''",
        "return None, '', ''",
    ],
)
def test_nothing_that_is_read_takes_long_or_does_harm(
    write: Write, tmp_path: Path, statement: str
) -> None:
    start, end = MAKING.split("        moment, number = ")
    end = end.split("request_id\n", 1)[1]
    write("acme/ids.py", f"{start}        {statement}\n{end}{VALIDATORS['accepts']}")

    assert read(tmp_path).refusal("thread_id")


# What is made of the class behind its definition


_BELOW = {
    "rebound": CLASS + "\nIdGenerator = None\n",
    "on one way": "if False:\n" + textwrap.indent(CLASS, "    "),
    "decorated": "def gone(made): return None\n\n" + CLASS.replace("class Id", "@gone\nclass Id"),
    "deleted": CLASS + "\ndel IdGenerator.generate_base_id\n",
    "abstract": CLASS.replace("    @staticmethod\n    def generate_base", "    @abstractmethod\n"
                              "    @staticmethod\n    def generate_base"),
    "only raises": CLASS.replace(
        '        return f"{prefix}_{next(_numbers)}"', "        raise NotImplementedError"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", _BELOW)
def test_what_the_module_makes_of_the_class_counts(name: str, tmp_path: Path, write: Write) -> None:
    write("acme/ids.py", _BELOW[name])

    assert not is_fixed(tmp_path)
    assert read(tmp_path).warning


def test_an_optional_tuple_is_none(tmp_path: Path, write: Write) -> None:
    write("acme/ids.py", CLASS.replace("tuple[str, str, str]", "tuple[str, str, str] | None"))
    assert "returns" in str(read(tmp_path).context_remark or read(tmp_path).warning)

    write("acme/ids.py", CLASS.replace("tuple[str, str, str]", "Optional[tuple[str, str, str]]"))
    api = read(tmp_path)
    assert api.obstacle("generate_user_context_ids", USER_AND_OPERATION)


# What would take Python itself minutes, or all memory.
BOMBS = {
    "compared": "a = b = (id_string, id_string)\n"
    + "a, b = (a, a), (b, b)\n" * 40
    + "return a == b",
    "hashed": "a = (id_string, id_string)\n" + "a = (a, a)\n" * 40 + "return len({a}) == 1",
    "looked_up": "a = [id_string]\n" + "a = [a, a]\n" * 40 + "return id_string in [a, list(a)]",
    "objects": "a = Parsed('', 0, '')\n" + "a = Parsed(a, 0, a)\n" * 40 + "return a == a",
    "width": "return bool('{:{}}'.format(id_string, 10 ** 10))",
    "width_of_bytes": "return bool(b'%9999999999d' % 1)",
    "width_by_hand": "return bool('{0:{w}}'.format(1, w=9999999999))",
    "zeros": "return bool(id_string.zfill(9999999999))",
    "rounded": "return bool(round(5, -9999999999))",
    "rounded_by_name": "return bool(round(number=5, ndigits=-9999999999))",
    "range": "return sum(range(9999999999)) > 1",
    "grown": "a = [1]\nwhile True:\n    a.extend(a)",
    "itself": "a = [1]\na.append(a)\nb = [1]\nb.append(b)\nreturn a == b",
    "repeated": "return bool(id_string * 9999999999)",
    "joined": "return bool(id_string.join(['x' * 1999] * 1999))",
    "recursive": "return cls.is_valid_id(id_string)",
    "nested": f"return {'not ' * 900}True",
    "power": "return bool(9 ** 9 ** 9)",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_check_that_would_take_for_ever_is_no_proof(
    write: Write, tmp_path: Path, name: str
) -> None:
    body = textwrap.indent(BOMBS[name], " " * 8)
    write("acme/ids.py", f"{MAKING}{body}\n")
    result = fix_source(
        LOOKUP, str(tmp_path / "app.py"), settings(tmp_path, extend_select=["OST401"]), unsafe=True
    )

    assert result.source is not None
    assert b"is_valid_id" not in result.source
    assert "and only that, since" in result.fixed[0].message


# How long ids become


@pytest.mark.parametrize(
    ("made", "widths"),
    [
        ('f"{prefix}_{next(_numbers)}"', range(2, 12)),
        (
            'f"{prefix}_{int(time.time() * 1000)}_{next(_numbers)}_{secrets.token_hex(4)}"',
            range(25, 35),
        ),
        ('f"{prefix}-{next(_numbers):06d}"', [7, 7, 7, 7, 7, 7, 8, 9, 10, 11]),
        ('f"{prefix}_{uuid.uuid4().hex}"', [33] * 10),
        ('f"{prefix}_{secrets.randbelow(1000000)}"', [7] * 10),
        ('f"{prefix}_{prefix}_{next(_numbers)}"', []),
        ('f"{next(_numbers)}_{prefix}"', []),
        ("made(prefix)", []),
    ],
)
def test_widths_beside_the_prefix(
    tmp_path: Path, write: Write, made: str, widths: Sequence[int]
) -> None:
    """With a counter of one digit, of two, up to ten; nothing where the source does not show it."""
    text = CLASS.replace('f"{prefix}_{next(_numbers)}"', made)
    write("acme/ids.py", f"import secrets, time, uuid\nfrom other import made\n{text}")

    assert read(tmp_path).widths_beside_prefix == tuple(widths)
