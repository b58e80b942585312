"""What the generator offers is read from its source, and never run."""

from __future__ import annotations

import pickle
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from ssot_lint import fix_source
from ssot_lint.config.settings import Settings
from ssot_lint.engine.checker import Checker
from ssot_lint.ids.generator.api import (
    ONE_PREFIX,
    USER_AND_OPERATION,
    GeneratorApi,
    MethodKind,
    Shape,
)
from ssot_lint.ids.generator.reading import builtin_api, read_generator_api

pytestmark = pytest.mark.usefixtures("no_generator")
MODULE = "shared/id_generation/unified_id_generator.py"
Write = Callable[[str, str], None]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(path: str, text: str) -> None:
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text), encoding="utf-8")

    return write


def read(root: Path, **given: object) -> GeneratorApi:
    return read_generator_api(Settings(root=root, **given))  # type: ignore[arg-type]


def class_with(*lines: str) -> str:
    return "class UnifiedIdGenerator:\n" + "".join(f"    {line}\n" for line in lines)


@pytest.mark.parametrize("folder", ["", "src/"])
def test_the_source_is_found_under_the_root_and_src(
    write: Write, tmp_path: Path, folder: str
) -> None:
    write(folder + MODULE, class_with("@staticmethod", "def make(kind, *, size=8): ..."))

    api = read(tmp_path)

    assert api.origin == folder + MODULE
    assert [method.name for method in api.methods] == ["make"]
    assert api.mismatch("make", Shape(1, ("size",))) is None
    assert api.mismatch("make", Shape(2)) == "takes 1 argument by position, not 2"
    assert pickle.loads(pickle.dumps(api)) == api


@pytest.mark.parametrize(
    ("package", "module"),
    [
        ("from .unified import UnifiedIdGenerator", "unified"),
        ("from ids.unified import UnifiedIdGenerator", "unified"),
        ("from .unified import Other as UnifiedIdGenerator", "unified"),
        ("from .unified import *", "unified"),
        (
            "from . import nothing\nfrom .unified import Other\nUnifiedIdGenerator = Other",
            "unified",
        ),
        (
            "try:\n    from .fast import UnifiedIdGenerator\n"
            "except ImportError:\n    from .unified import UnifiedIdGenerator",
            "unified",
        ),
    ],
)
def test_re_exports_are_followed(write: Write, tmp_path: Path, package: str, module: str) -> None:
    write("ids/__init__.py", package)
    source = class_with("def make(self): ...") + class_with("def make(self): ...").replace(
        "UnifiedIdGenerator", "Other"
    )
    write(f"ids/{module}.py", source)

    api = read(tmp_path, generator="ids.UnifiedIdGenerator")

    assert api.origin == "ids/unified.py"
    assert api.method("make") is not None


def test_re_exports_in_a_circle_come_to_an_end(write: Write, tmp_path: Path) -> None:
    write("ids/__init__.py", "from .a import *\nfrom .b import *")
    write("ids/a.py", "from .b import *\nfrom . import *")
    write("ids/b.py", "from .a import *\nfrom . import *")

    assert read(tmp_path, generator="ids.UnifiedIdGenerator").origin is None


def test_nothing_of_the_project_runs(write: Write, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    write(MODULE, f"open({str(ran)!r}, 'w')\n" + class_with("def make(self): ..."))

    assert read(tmp_path).method("make") is not None
    assert not ran.exists()


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        (None, f"neither {MODULE} nor src/{MODULE} is there"),
        ("class Other: ...", "shared.id_generation.unified_id_generator defines no class"),
        ("class (", f"{MODULE} cannot be parsed"),
        ("x = 'a\0b'", f"{MODULE} cannot be parsed"),
    ],
)
def test_without_a_source_the_table_serves(
    write: Write, tmp_path: Path, text: str | None, remark: str
) -> None:
    if text is not None:
        write(MODULE, text)

    api = read(tmp_path)

    assert api.origin is None
    assert api.remark.startswith(remark)
    assert api.methods == builtin_api(Settings()).methods
    assert not api.is_unknown("generate_session_id")
    assert api.mismatch("generate_user_context_ids", Shape(1, ("user",))) is not None


@pytest.mark.parametrize(
    ("lines", "binding", "accepts_anything"),
    [
        (["@staticmethod", "def make(a): ..."], MethodKind.STATIC, False),
        (["@classmethod", "def make(cls, a): ..."], MethodKind.CLASS, False),
        (["def make(self, a): ..."], MethodKind.INSTANCE, False),
        (["@staticmethod", "@cache", "def make(a): ..."], MethodKind.STATIC, False),
        (["@traced", "@staticmethod", "def make(a): ..."], MethodKind.STATIC, True),
        (["@traced(1)", "def make(self, a): ..."], MethodKind.UNKNOWN, True),
        (["@property", "def make(self): ..."], MethodKind.UNKNOWN, True),
        (["make = staticmethod(other)"], MethodKind.UNKNOWN, True),
        (["class make: ..."], MethodKind.UNKNOWN, True),
        (
            ["if FAST:", "    def make(self): ...", "else:", "    def make(self, a): ..."],
            MethodKind.UNKNOWN,
            True,
        ),
        (
            [
                *("@overload", "@staticmethod", "def make(a: int): ..."),
                *("@staticmethod", "def make(a): ..."),
            ],
            MethodKind.STATIC,
            False,
        ),
    ],
)
def test_kinds_of_methods(
    write: Write, tmp_path: Path, lines: list[str], binding: MethodKind, accepts_anything: bool
) -> None:
    write(MODULE, class_with(*lines))

    method = read(tmp_path).method("make")

    assert method is not None
    assert method.binding is binding
    assert (method.takes is None) is accepts_anything


@pytest.mark.parametrize(
    ("source", "is_open"),
    [
        (class_with("a = 1"), False),
        ("class UnifiedIdGenerator(ABC): ...", False),
        ("class UnifiedIdGenerator(Generic[T]): ...", False),
        ("class UnifiedIdGenerator(Elsewhere): ...", True),
        ("class UnifiedIdGenerator(make_base()): ...", True),
        ("class UnifiedIdGenerator(metaclass=Meta): ...", True),
        ("class UnifiedIdGenerator(metaclass=abc.ABCMeta): ...", False),
        ("@dataclass(frozen=True)\n" + class_with("a = 1"), False),
        ("@with_methods\n" + class_with("a = 1"), True),
        (class_with("def __getattr__(self, name): ..."), True),
    ],
)
def test_what_may_have_more_methods(
    write: Write, tmp_path: Path, source: str, is_open: bool
) -> None:
    write(MODULE, source)

    api = read(tmp_path)

    assert api.origin == MODULE
    assert api.is_open is is_open
    assert api.is_unknown("generate_uuid") is not is_open


SETS = "class UnifiedIdGenerator:\n    def __init__(me, **kw):\n        {}\n"


@pytest.mark.parametrize(
    ("source", "known"),
    [
        ("setattr(me, 'other', 1)", {"other"}),
        ("object.__setattr__(me, 'other', 1)", {"other"}),
        ("me.__dict__['other'] = 1", {"other"}),
        ("vars(me)['other'] = 1", {"other"}),
        ("print(me.__dict__, vars(me))", set()),
        ("setattr(me, kw, 1)", None),
        ("for k, v in kw.items(): setattr(me, k, v)", None),
        ("super().__setattr__(kw, 1)", None),
        ("setattr(type(me), kw, 1)", None),
        ("me.__dict__.update(kw)", None),
        ("me.__dict__ |= kw", None),
        ("vars(me).update(kw)", None),
        ("exec(kw)", None),
    ],
)
def test_attributes_that_are_set_by_their_names(
    write: Write, tmp_path: Path, source: str, known: set[str] | None
) -> None:
    """A constant name is one name more; behind a computed one there may be any."""
    write(MODULE, SETS.format(source))
    api = read(tmp_path)

    assert api.is_open is (known is None)
    assert {one.name for one in api.methods} - {"__init__", "__dict__"} == (known or set())
    assert api.is_unknown("some") is (known is not None)


@pytest.mark.parametrize(
    "source",
    [
        "class UnifiedIdGenerator:\n    for name in names: locals()[name] = 1\n",
        "class UnifiedIdGenerator: ...\nUnifiedIdGenerator = wrapped(UnifiedIdGenerator)\n",
        "class UnifiedIdGenerator: ...\ndef add(to, name): setattr(to, name, 1)\n",
        "class B:\n    def __init_subclass__(me): setattr(me, me.x, 1)\n"
        "class UnifiedIdGenerator(B): ...\n",
    ],
)
def test_what_sets_attributes_of_the_class_elsewhere(
    write: Write, tmp_path: Path, source: str
) -> None:
    write(MODULE, source)

    assert read(tmp_path).is_open


def test_bases_in_the_project_are_read(write: Write, tmp_path: Path) -> None:
    write(MODULE, "from .base import Base\nclass UnifiedIdGenerator(Base):\n    def own(self): ...")
    write("shared/id_generation/base.py", "class Base:\n    def inherited(self, a): ...")

    api = read(tmp_path)

    assert not api.is_open
    assert [method.name for method in api.methods] == ["inherited", "own"]


def test_methods_added_from_outside(write: Write, tmp_path: Path) -> None:
    write(
        MODULE,
        class_with("a = 1")
        + "UnifiedIdGenerator.later = print\nsetattr(UnifiedIdGenerator, 'latest', print)\n",
    )

    assert {"later", "latest"} <= {method.name for method in read(tmp_path).methods}


CONTEXT = "def generate_user_context_ids(user_id, operation):"


@pytest.mark.parametrize(
    ("result", "ids", "fits"),
    [
        ("return thread_id, run_id, request_id", ("thread_id", "run_id", "request_id"), True),
        ("return run_id, thread_id", ("run_id", "thread_id"), True),
        ("return cls.thread_id, run_id, a.request_id", ("thread_id", "run_id", "request_id"), True),
        ("return thread_id, base, request_id", ("thread_id", "run_id", "request_id"), True),
        ("return base, thread_id, request_id", ("thread_id", "run_id", "request_id"), False),
        ("return thread_id, f()", ("thread_id", "run_id", "request_id"), False),
        ("return make()", ("thread_id", "run_id", "request_id"), False),
        ("return [thread_id, run_id]", ("thread_id", "run_id", "request_id"), False),
        ("return *thread_id, run_id", ("thread_id", "run_id", "request_id"), False),
    ],
)
def test_the_ids_that_the_context_method_returns(
    write: Write, tmp_path: Path, result: str, ids: tuple[str, ...], fits: bool
) -> None:
    write(MODULE, class_with("@staticmethod", CONTEXT, "    " + result))

    api = read(tmp_path)

    assert api.context_ids == ids
    assert (not api.context_remark) is fits


def test_an_annotation_tells_how_many_ids_there_are(write: Write, tmp_path: Path) -> None:
    annotated = CONTEXT.replace(":", " -> Tuple[str, str]:")
    write(MODULE, class_with("@staticmethod", annotated, "    return make()"))

    assert "returns 2 values" in read(tmp_path).context_remark


BEFORE = b"""\
import uuid
def f(user_id):
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return thread_id, run_id
"""


def test_fixes_unpack_what_the_source_returns(write: Write, tmp_path: Path) -> None:
    annotated = CONTEXT.replace(":", " -> tuple[str, str]:")
    lines = ["@staticmethod", annotated, "    return run_id, thread_id"]
    write(MODULE, class_with(*lines))

    fixed = fix_source(BEFORE, "a.py", Settings(root=tmp_path), api=read(tmp_path)).source

    assert fixed is not None
    assert b"run_id, thread_id = UnifiedIdGenerator.generate_user_context_ids(" in fixed


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (
            ["def generate_user_context_ids(): ..."],
            "the generator's source has no `generate_base_id`",
        ),
        (["@staticmethod", "async def generate_base_id(prefix): ..."], "is a coroutine"),
        (["def generate_base_id(self, prefix): ..."], "is an instance method"),
        (
            ["@wrapped", "def generate_base_id(prefix) -> str: ..."],
            "is decorated in a way no fix knows",
        ),
        (
            ["@staticmethod", "def generate_base_id(): ..."],
            "has no annotation that says it returns",
        ),
        (["@staticmethod", "def generate_base_id(a, b): ..."], "lacks `b`"),
    ],
)
def test_a_fix_uses_only_what_the_source_has(
    write: Write, tmp_path: Path, lines: list[str], reason: str
) -> None:
    write(MODULE, class_with(*lines))
    source = b"import uuid\nrun_id = str(uuid.uuid4())\n"

    result = fix_source(source, "a.py", Settings(root=tmp_path), api=read(tmp_path), unsafe=True)

    assert result.source is None
    assert [f.fix for f in result.result.findings] == [None]
    assert reason in result.result.findings[0].message


def test_the_table_has_what_fixes_write() -> None:
    api = builtin_api(Settings())

    assert api.obstacle("generate_user_context_ids", USER_AND_OPERATION) is None
    assert api.obstacle("generate_base_id", Shape(1)) is None


def test_no_import_makes_a_circle(write: Write, tmp_path: Path) -> None:
    write(
        MODULE,
        "from shared.clock import now\n"
        + class_with("@staticmethod", "def generate_base_id(prefix) -> str: ..."),
    )
    write("shared/clock.py", "import shared.deep\n")
    write("shared/deep.py", "")
    source = b"import uuid\nrun_id = str(uuid.uuid4())\n"
    settings, api = Settings(root=tmp_path), read(tmp_path)

    for path in ("shared/clock.py", "shared/deep.py"):
        result = fix_source(source, str(tmp_path / path), settings, api=api)
        assert "the generator imports this module" in result.result.findings[0].message
        assert result.source is None
    assert fix_source(source, str(tmp_path / "shared/other.py"), settings, api=api).source


def test_no_import_makes_a_circle_with_a_package_around(write: Write, tmp_path: Path) -> None:
    write(MODULE, class_with("@staticmethod", "def generate_base_id(prefix) -> str: ..."))
    write("shared/id_generation/__init__.py", "from shared.audit import audit_id\n")
    write("shared/__init__.py", "import app.models, shared.clock\n")
    for name in ("shared/audit.py", "shared/clock.py", "app/__init__.py", "app/models.py"):
        write(name, "")
    source = b"import uuid\nrun_id = str(uuid.uuid4())\n"
    settings, api = Settings(root=tmp_path), read(tmp_path)

    def is_fixed(path: str) -> bool:
        return fix_source(source, str(tmp_path / path), settings, api=api).source is not None

    assert not is_fixed("shared/audit.py")
    assert not is_fixed("app/models.py")
    assert is_fixed("shared/clock.py")  # `shared` is imported before it, and then is no circle
    assert is_fixed("app/views.py")


@pytest.mark.parametrize(
    ("code", "closing"),
    [
        ("def boot():\n    from shared import plugin\n\n\nboot()\n", True),
        ("def boot():\n    deep()\ndef deep():\n    import shared.plugin\nx = [boot()]\n", True),
        ("def boot():\n    import shared.plugin\n", False),  # nobody calls it here
        ("import importlib\nimportlib.import_module('shared.plugin')\n", True),
        ("from importlib import import_module\nimport_module('..plugin', __name__)\n", True),
        ("import importlib\nimportlib.import_module('.plugin', __name__)\n", False),
        ("import importlib\nimportlib.import_module('shared.other')\n", False),
        (
            "import importlib\nfor name in NAMES:\n    importlib.import_module(f'{name}.x')\n",
            False,  # computed: of its own package, which `shared.plugin` is not in
        ),
    ],
)
def test_what_code_imports_while_it_is_imported(
    write: Write, tmp_path: Path, code: str, closing: bool
) -> None:
    lines = ["@staticmethod", "def generate_base_id(prefix) -> str: ..."]
    write(MODULE, code + class_with(*lines))
    for name in ("shared/plugin.py", "shared/other.py"):
        write(name, "")
    source = b"import uuid\nrun_id = str(uuid.uuid4())\n"
    settings, api = Settings(root=tmp_path, exempt=()), read(tmp_path)

    fixed = fix_source(source, str(tmp_path / "shared/plugin.py"), settings, api=api)
    beside = str(tmp_path / "shared/id_generation/beside.py")

    assert (fixed.source is None) is closing
    is_computed = "NAMES" in code
    assert (fix_source(source, beside, settings, api=api).source is None) is is_computed


def test_a_local_import_that_avoids_a_circle_stays(write: Write, tmp_path: Path) -> None:
    lines = ["@staticmethod", "def generate_base_id(prefix) -> str: ..."]
    write(MODULE, "from shared.clock import now\n" + class_with(*lines))
    write("shared/clock.py", "")
    source = b"""\
def tick(name):
    if not name:
        from shared.id_generation.unified_id_generator import UnifiedIdGenerator
    return UnifiedIdGenerator.generate_base_id("tick")
"""
    settings, api = Settings(root=tmp_path), read(tmp_path)

    result = fix_source(source, str(tmp_path / "shared/clock.py"), settings, api=api)
    assert [f.code for f in result.result.findings] == ["OST203"]
    assert "the generator imports this module" in result.result.findings[0].message
    assert result.source is None
    assert fix_source(source, str(tmp_path / "shared/other.py"), settings, api=api).source


def test_many_star_imports_are_read_once(write: Write, tmp_path: Path) -> None:
    names = [f"m{number}" for number in range(12)]
    everything = "".join(f"from .{name} import *\n" for name in names)
    write("ids/__init__.py", everything)
    for name in names:
        write(f"ids/{name}.py", everything)

    assert read(tmp_path, generator="ids.UnifiedIdGenerator").origin is None


@pytest.mark.parametrize(
    ("method", "source"),
    [
        ("generate_base_id", "def generate_base_id(operation, prefix='id'): ..."),
        ("generate_user_context_ids", "def generate_user_context_ids(operation, user_id): ..."),
        (
            "generate_user_context_ids",
            "def generate_user_context_ids(tenant, user_id, operation): ...",
        ),
    ],
)
def test_no_argument_goes_to_another_parameter(
    write: Write, tmp_path: Path, method: str, source: str
) -> None:
    write(MODULE, class_with("@staticmethod", source))
    shape = ONE_PREFIX if method == "generate_base_id" else USER_AND_OPERATION

    assert read(tmp_path).obstacle(method, shape) is not None


@pytest.mark.parametrize("focus", [True, False], ids=["focused", "whole"])
def test_ids_that_only_the_source_names_are_looked_for(
    write: Write, tmp_path: Path, focus: bool
) -> None:
    """The cheap looks ask for the ids that the source returns, not for those of the settings."""
    returns = "return trace_id, span_id"
    write(
        MODULE, class_with("def generate_user_context_ids(user_id, operation):", f"    {returns}")
    )
    settings = Settings(root=tmp_path)
    checker = Checker(settings, lambda: read_generator_api(settings), focus=focus)
    source = b"def name(span_id):\n    trace_id = 'trace_' + span_id[5:]\n    return trace_id\n"

    assert [f.code for f in checker.check(source, "app.py").findings] == ["OST304"]
