"""Generators of other shapes than the backend's: `init` finds them, `fix` calls them, code runs."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.helpers.in_process import run, run_flake8

FUNCTION = """\
import secrets
import time


def new_id(prefix: str) -> str:
    return f"{prefix}_{int(time.time() * 1000)}_{secrets.token_hex(4)}"
"""
STATIC = """\
import secrets
import time


class OrderIds:
    @staticmethod
    def new_id(prefix: str) -> str:
        return f"{prefix}_{int(time.time() * 1000)}_{secrets.token_hex(4)}"
"""
OBJECT = STATIC.replace("    @staticmethod\n", "").replace("(prefix", "(self, prefix")
BY_KIND = """\
import uuid


def order_id() -> str:
    return f"order_{uuid.uuid4().hex}"


def invoice_id() -> str:
    return f"inv_{uuid.uuid4().hex}"


def new_id(prefix: str) -> str:
    return f"{prefix}_{uuid.uuid4().hex}"
"""
ENUM = """\
import enum
import uuid


class Kind(enum.Enum):
    ORDER = "order"


def new_id(kind: Kind) -> str:
    return f"{kind.value}_{uuid.uuid4().hex}"
"""
APP = """\
import uuid


def open_order(user_id):
    order_id = str(uuid.uuid4())
    return order_id


def bill(user_id):
    invoice_id = f"inv_{uuid.uuid4().hex}"
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return invoice_id, thread_id, run_id


class Session:
    def __init__(self):
        self.session_id = uuid.uuid4().hex


print(open_order("u"), *bill("u"), Session().session_id)
"""


@dataclass(frozen=True)
class Shape:
    """A project whose generator has another shape."""

    files: dict[str, str]
    generator: str
    calls: str
    """How fixed code calls it, as a pattern."""
    user: str = ""
    """A line of another file, which uses it."""


SHAPES = {
    "class": Shape(
        {"acme/makers.py": STATIC},
        "acme.makers.OrderIds",
        "OrderIds.new_id",
        "from acme.makers import OrderIds",
    ),
    "function": Shape(
        {"acme/ids.py": FUNCTION}, "acme.ids.new_id", "new_id", "from acme.ids import new_id"
    ),
    "function above all packages": Shape(
        {"idgen.py": FUNCTION}, "idgen.new_id", "new_id", "from idgen import new_id"
    ),
    "module": Shape(
        {"acme/ids.py": BY_KIND},
        "acme.ids",
        r"\b(?:ids\.)?(?:new|order|invoice)_id",
        "from acme import ids",
    ),
    "instance": Shape(
        {"acme/makers.py": f"{OBJECT}\n\nids = OrderIds()\n"},
        "acme.makers.ids",
        "ids.new_id",
        "from acme.makers import ids",
    ),
    "instance from elsewhere": Shape(
        {
            "acme/base.py": OBJECT,
            "acme/core.py": "from acme.base import OrderIds\n\nids = OrderIds()\n",
        },
        "acme.core.ids",
        "ids.new_id",
        "from acme.core import ids",
    ),
    "method of an object": Shape(
        {"acme/ids.py": f"{OBJECT}\n\n_default = OrderIds()\nnew_id = _default.new_id\n"},
        "acme.ids.new_id",
        "new_id",
        "from acme.ids import new_id",
    ),
    "lambda": Shape(
        {"acme/ids.py": "import uuid\n\nnew_id = lambda kind: f'{kind}_{uuid.uuid4().hex}'\n"},
        "acme.ids.new_id",
        "new_id",
        "from acme.ids import new_id",
    ),
    "partial": Shape(
        {
            "acme/ids.py": FUNCTION.replace("new_id(prefix: str", "_make(prefix: str, size: int")
            .replace("hex(4)", "hex(size)")
            .replace("import secrets", "import functools\nimport secrets")
            + "\n\nnew_id = functools.partial(_make, size=4)\n"
        },
        "acme.ids.new_id",
        "new_id",
        "from acme.ids import new_id",
    ),
    "package": Shape(
        {
            "acme/__init__.py": "from acme._impl.makers import new_id\n",
            "acme/_impl/makers.py": FUNCTION,
        },
        "acme.new_id",
        "new_id",
        "from acme import new_id",
    ),
}


def project(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for path in {one.parent for one in folder.rglob("*.py")} - {folder}:
        (path / "__init__.py").touch()
    return folder


def output(folder: Path) -> list[str]:
    ran = subprocess.run(
        [sys.executable, "app.py"], cwd=folder, capture_output=True, text=True, check=True
    )
    return ran.stdout.split()


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_is_found_called_and_runs(tmp_path: Path, name: str) -> None:
    shape = SHAPES[name]
    project(tmp_path, {**shape.files, "app.py": APP, "user.py": f"{shape.user}\n"})
    code, out, err = run(tmp_path, "init")
    assert (code, err) == (0, "")
    assert f"Generator: {shape.generator}, in " in out
    assert 'context-method = ""' in (tmp_path / "pyproject.toml").read_text()

    code, out, _ = run(tmp_path, "check")
    assert "generate_" not in out  # no advice to call what is not there
    code, out, _ = run(tmp_path, "fix", "--unsafe-fixes")
    assert (code, out) == (0, "Fixed 5 findings in 1 file, 0 left.\n")
    fixed = (tmp_path / "app.py").read_text()
    assert len(re.findall(rf"{shape.calls}\(", fixed)) == 5
    assert "uuid" not in fixed
    kinds = [re.match("[a-z]+_", one) for one in output(tmp_path)]
    assert [match and match[0] for match in kinds] == [
        "order_",
        "inv_",
        "thread_",
        "run_",
        "session_",
    ]


def fixed(folder: Path, source: str, generator: str = "acme.ids.new_id", more: str = "") -> str:
    """What the safe fixes make of a file, in a project with settings."""
    section = f'[tool.ssot-lint]\ngenerator = "{generator}"\n{more}'
    project(folder, {"pyproject.toml": section, "app.py": source})
    run(folder, "fix")
    compile((folder / "app.py").read_text(), "app.py", "exec")
    return (folder / "app.py").read_text()


@pytest.mark.parametrize(
    ("source", "call"),
    [
        ("import uuid\n\nrun_id = str(uuid.uuid4())\n", 'run_id = new_id("run")'),
        (
            "import uuid\nfrom acme.ids import new_id as make\n\nrun_id = str(uuid.uuid4())\n",
            'run_id = make("run")',
        ),
        (
            "import uuid\nimport acme.ids\n\nrun_id = str(uuid.uuid4())\n",
            'run_id = new_id("run")',
        ),
        # Where the name is another thing, the module is imported.
        (
            "import uuid\n\ndef new_id():\n    run_id = str(uuid.uuid4())\n    return run_id\n",
            'run_id = ids.new_id("run")',
        ),
        (
            "import uuid\n\ndef f(new_id):\n    run_id = str(uuid.uuid4())\n    return run_id\n",
            'run_id = ids.new_id("run")',
        ),
        (
            "import uuid\n\ndef f(new_id, ids):\n    run_id = str(uuid.uuid4())\n"
            "    return run_id\n",
            "run_id = str(uuid.uuid4())",
        ),
        # Who imports the package, or another module of it, need not have loaded this one.
        ("import uuid\nimport acme\n\nrun_id = str(uuid.uuid4())\n", 'run_id = new_id("run")'),
        ("import uuid\nimport acme as a\n\nrun_id = str(uuid.uuid4())\n", 'run_id = new_id("run")'),
        # What a star may bring, nobody knows.
        (
            "import uuid\nfrom other import *\n\nrun_id = str(uuid.uuid4())\n",
            "run_id = str(uuid.uuid4())",
        ),
        # What an import binds on some ways only, no code may rely on.
        (
            "import uuid\n\nif uuid.NAMESPACE_DNS:\n    from acme.ids import new_id\n\n"
            "run_id = str(uuid.uuid4())\n",
            "run_id = str(uuid.uuid4())",
        ),
        (
            "import uuid\n\ndef f():\n    run_id = str(uuid.uuid4())\n"
            "    from acme.ids import new_id\n    return run_id, new_id('x')\n",
            'run_id = ids.new_id("run")',
        ),
    ],
)
def test_how_a_function_is_called(tmp_path: Path, source: str, call: str) -> None:
    project(tmp_path, {"acme/ids.py": FUNCTION})

    assert call in fixed(tmp_path, source)


def test_a_package_is_more_than_its_generator(tmp_path: Path) -> None:
    """Who uses its modules, or makes other things by its functions, calls no generator."""
    package = f"{FUNCTION}\n\ndef create_app(name: str) -> str:\n    return name\n"
    project(tmp_path, {"acme/__init__.py": package, "acme/orders.py": "def place(): ...\n"})
    source = (
        "import acme.orders\nfrom acme import create_app, new_id, orders\n\n"
        "acme.orders.place()\norders.place()\nacme.other()\nrun_id = create_app('x')[:8]\n"
        "thread_id = new_id('thread')\n"
    )

    assert fixed(tmp_path, source, "acme.new_id") == source
    assert run(tmp_path, "check", "app.py")[:2] == (0, "No findings in 1 file.\n")
    assert "1 of 1" in run(tmp_path, "report", "app.py")[1]


def test_wrong_calls_of_a_function(tmp_path: Path) -> None:
    project(tmp_path, {"acme/ids.py": FUNCTION})
    fixed(
        tmp_path,
        "from acme import ids\nfrom acme.ids import new_id\n\nnew_id()\nids.new_id('a', 'b')\n",
    )
    _, out, _ = run(tmp_path, "check", "app.py")

    assert "app.py:4:1: OST204 `ids.new_id` lacks `prefix`" in out
    assert "app.py:5:1: OST204 `ids.new_id` takes 1 argument by position, not 2" in out


def test_a_local_import_of_a_function(tmp_path: Path) -> None:
    project(tmp_path, {"acme/ids.py": FUNCTION})
    source = (
        "from acme.ids import new_id\n\n\ndef f():\n    run_id = new_id('run')\n    if run_id:\n"
        "        from acme.ids import new_id\n    return run_id\n"
    )

    assert "\n        from" not in fixed(tmp_path, source)


def test_projects_of_one_repository_have_their_own(tmp_path: Path) -> None:
    for name, text, generator in (
        ("one", FUNCTION, "ids.new_id"),
        ("two", STATIC, "ids.OrderIds"),
    ):
        section = f'[tool.ssot-lint]\ngenerator = "{generator}"\nid-method = "new_id"\n'
        section += 'context-method = ""\ncontext-ids = []\n'
        files = {"ids.py": text, "pyproject.toml": section, "app.py": APP}
        project(tmp_path, {f"{name}/{path}": content for path, content in files.items()})
        (tmp_path / name / "__init__.py").unlink()
    run(tmp_path, "fix", "--unsafe-fixes", ".")

    assert "from ids import new_id\n" in (tmp_path / "one/app.py").read_text()
    assert "from ids import OrderIds\n" in (tmp_path / "two/app.py").read_text()
    for name in ("one", "two"):
        assert output(tmp_path / name)[0].startswith("order_")


def test_flake8_knows_the_shape(tmp_path: Path) -> None:
    project(tmp_path, {"acme/ids.py": FUNCTION})
    fixed(tmp_path, "import uuid\n\nprint(str(uuid.uuid4()))\n")
    ran = run_flake8(tmp_path, "app.py")

    assert "use `new_id(prefix)`" in ran.stdout
    assert not run_flake8(tmp_path, "acme/ids.py").stdout


def test_without_a_context_method_its_rules_are_off(tmp_path: Path) -> None:
    project(tmp_path, {"acme/ids.py": FUNCTION})
    source = (
        "from acme.ids import new_id\n\n\ndef f(user_id):\n    thread_id = new_id('thread')\n"
        "    run_id = new_id('run')\n    request_id = new_id('req')\n"
        "    return thread_id, run_id, request_id\n"
    )

    assert fixed(tmp_path, source) == source
    assert run(tmp_path, "check", "--select", "OST2", "app.py")[:2] == (
        0,
        "No findings in 1 file.\n",
    )


def test_who_has_a_context_method_names_its_ids(tmp_path: Path) -> None:
    project(tmp_path, {"pyproject.toml": "[tool.ssot-lint]\ncontext-ids = []\n"})
    code, _, err = run(tmp_path, "check")

    assert code == 2
    assert err == (
        "ssot-lint: error: pyproject.toml: [tool.ssot-lint] `context-ids` must name at least one "
        'id; `context-method = ""` says that there is none\n'
    )


KINDS = """\
import uuid


class Ids:
    @staticmethod
    def new(prefix: str) -> str:
        return f"{prefix}_{uuid.uuid4().hex}"

    @staticmethod
    def order_id() -> str:
        return Ids.new("order")

    @classmethod
    def generate_cart_id(cls, user_id: str) -> str:
        if not user_id:
            raise ValueError(user_id)
        return f"cart_{uuid.uuid4().hex}"

    @staticmethod
    def new_session_id(user_id: str) -> str:
        return f"session_{user_id}_{uuid.uuid4().hex}"

    @staticmethod
    def invoice_id() -> str:
        return f"inv_{uuid.uuid4().hex}"

    @staticmethod
    def parcel_id(weight: int) -> str:
        return f"parcel_{uuid.uuid4().hex}"

    @staticmethod
    def bill_id() -> str:
        return "bill_" + somewhere_else()
"""


@pytest.mark.parametrize(
    ("code", "new"),
    [
        ("order_id = str(uuid.uuid4())", "order_id = Ids.order_id()"),
        ("other_id = f'order_{uuid.uuid4().hex}'", "other_id = Ids.order_id()"),
        ("cart_id = uuid.uuid4().hex", "cart_id = Ids.generate_cart_id(user_id)"),
        # Another head, ids that carry the user, a prefix that is another one, what nobody has at
        # hand, and what the source does not show.
        ("order_id = f'o_{uuid.uuid4()}'", "order_id = Ids.new('o')"),
        ("session_id = str(uuid.uuid4())", 'session_id = Ids.new("session")'),
        ("invoice_id = str(uuid.uuid4())", 'invoice_id = Ids.new("invoice")'),
        ("parcel_id = str(uuid.uuid4())", 'parcel_id = Ids.new("parcel")'),
        ("bill_id = str(uuid.uuid4())", 'bill_id = Ids.new("bill")'),
    ],
)
def test_methods_for_one_kind(tmp_path: Path, code: str, new: str) -> None:
    project(tmp_path, {"acme/ids.py": KINDS})
    source = f"import uuid\n\n\ndef f(user_id: str):\n    {code}\n    send({code.split()[0]})\n"
    more = 'id-method = "new"\ncontext-method = ""\n'

    assert f"    {new}\n" in fixed(tmp_path, source, "acme.ids.Ids", more)


@pytest.mark.parametrize(
    "head", ["def f():", "def f(user_id=None):", "def f(user_id: str | None):"]
)
def test_a_kind_whose_user_is_not_at_hand(tmp_path: Path, head: str) -> None:
    project(tmp_path, {"acme/ids.py": KINDS})
    source = f"import uuid\n\n\n{head}\n    cart_id = uuid.uuid4().hex\n    send(cart_id)\n"
    more = 'id-method = "new"\ncontext-method = ""\n'

    assert 'cart_id = Ids.new("cart")' in fixed(tmp_path, source, "acme.ids.Ids", more)


@pytest.mark.parametrize(
    ("code", "new", "told"),
    [
        ("run_id = str(uuid.uuid4())", "run_id = new_id()", ""),
        (
            "run_id = f'run_{uuid.uuid4()}'",
            "run_id = f'run_{uuid.uuid4()}'",
            "`new_id` takes no prefix, and the id begins with `run`",
        ),
        (
            "thread_id = uuid.uuid4().hex",
            "thread_id = uuid.uuid4().hex",
            "`new_id` takes no prefix, and by `id-prefixes` a `thread_id` begins with `thread_`",
        ),
    ],
)
def test_a_function_that_takes_nothing(tmp_path: Path, code: str, new: str, told: str) -> None:
    project(tmp_path, {"acme/ids.py": FUNCTION.replace("prefix: str", "").replace("{prefix}_", "")})
    source = f"import uuid\n\n\ndef f():\n    {code}\n    send({code.split()[0]})\n"

    assert f"    {new}\n" in fixed(tmp_path, source)
    assert told in run(tmp_path, "check", "app.py")[1]


@pytest.mark.parametrize(
    ("head", "body", "is_called"),
    [
        ("what: str", 'f"{what}_{uuid.uuid4().hex}"', True),  # it is seen to stand in front
        ("user: str", 'f"id_{user}_{uuid.uuid4().hex}"', False),
        ("size=8", "uuid.uuid4().hex[:size]", False),
        ("text: str", "elsewhere(text)", False),
        ("prefix: str", "elsewhere(prefix)", True),  # its name says so
    ],
)
def test_what_is_handed_over_must_be_a_prefix(
    tmp_path: Path, head: str, body: str, is_called: bool
) -> None:
    maker = f"import uuid\n\n\ndef new_id({head}) -> str:\n    return {body}\n"
    project(tmp_path, {"acme/ids.py": maker})
    source = "import uuid\n\n\ndef f():\n    run_id = str(uuid.uuid4())\n    send(run_id)\n"

    assert ("new_id(" in fixed(tmp_path, source)) is is_called


@pytest.mark.parametrize(
    ("files", "generator"),
    [
        # Modules that the generator's own needs, at once or through its package.
        ({"acme/ids.py": f"import app\n{FUNCTION}"}, "acme.ids.new_id"),
        ({"acme/__init__.py": f"import app\n{FUNCTION}"}, "acme.new_id"),
        ({"acme/__init__.py": "import app\n", "acme/ids.py": FUNCTION}, "acme.ids.new_id"),
        # Names that may stand for something else by the time that they are read.
        (
            {
                "acme/ids.py": f"{STATIC}\n\nids = OrderIds()\n\n\ndef other():\n"
                "    global ids\n    ids = None\n"
            },
            "acme.ids.ids",
        ),
        ({"acme/ids.py": f"{FUNCTION}\n\nnew_id = print\n"}, "acme.ids.new_id"),
        ({"acme/ids.py": f"{OBJECT}\n\nids = OrderIds()\nids.new_id = 1\n"}, "acme.ids.ids"),
        (
            {
                "acme/ids.py": f"{OBJECT}\n    def __init__(self):\n        self.node = None\n"
                "\n\nids = OrderIds()\n"
            },
            "acme.ids.ids",
        ),
        (
            {
                "acme/ids.py": f"{OBJECT}\n    def __getattribute__(self, name):\n"
                "        return None\n\n\nids = OrderIds()\n"
            },
            "acme.ids.ids",
        ),
        ({"acme/ids.py": FUNCTION.replace("def new", "if time:\n  def new")
          .replace("    return", "      return")}, "acme.ids.new_id"),
        ({"acme/ids.py": f"{STATIC}\n\nids = OrderIds() if time else None\n"}, "acme.ids.ids"),
        ({"acme/ids.py": FUNCTION.replace("def ", "@wrapped\ndef ")}, "acme.ids.new_id"),
        (
            {
                "acme/ids.py": "try:\n    from acme.made import new_id\n"
                "except ImportError:\n    pass\n",
                "acme/made.py": FUNCTION,
            },
            "acme.ids.new_id",
        ),
    ],
)  # fmt: skip
def test_what_no_code_may_rely_on(tmp_path: Path, files: dict[str, str], generator: str) -> None:
    project(tmp_path, files)
    source = "import uuid\n\n\ndef f():\n    run_id = str(uuid.uuid4())\n    send(run_id)\n"
    more = 'id-method = "new_id"\ncontext-method = ""\n' if generator.endswith("ids") else ""

    assert fixed(tmp_path, source, generator, more) == source


def test_a_module_that_nothing_imports_is_imported(tmp_path: Path) -> None:
    """OST205: it has one name alone, where a class can be named by its module, too."""
    project(tmp_path, {"acme/ids.py": BY_KIND})
    source = "import uuid\n\n\ndef f():\n    return ids.new_id('run')\n"
    more = 'id-method = "new_id"\ncontext-method = ""\n'

    assert "from acme import ids\n" in fixed(tmp_path, source, "acme.ids", more)


def test_a_package_that_covers_its_module(tmp_path: Path) -> None:
    """`from acme import ids` would bring the list."""
    project(tmp_path, {"acme/__init__.py": "ids = []\n", "acme/ids.py": FUNCTION})
    source = "import uuid\n\n\ndef f(new_id):\n    run_id = str(uuid.uuid4())\n    send(run_id)\n"

    assert fixed(tmp_path, source) == source
    assert 'run_id = new_id("run")' in fixed(tmp_path, source.replace("(new_id)", "()"))


@pytest.mark.parametrize("name", ["new_id", "ids"])
def test_a_package_with_a_module_of_the_name(tmp_path: Path, name: str) -> None:
    project(tmp_path, {"acme/ids.py": FUNCTION, f"web/{name}.py": "x = 1\n"})
    source = "import uuid\n\nrun_id = str(uuid.uuid4())\n"
    (tmp_path / "web/__init__.py").write_text(source)
    fixed(tmp_path, "")

    left = (tmp_path / "web/__init__.py").read_text()
    assert ("from acme.ids import new_id" in left) is (name == "ids")
    assert ("from acme import ids" in left) is (name == "new_id")


def test_init_names_what_settings_take(tmp_path: Path) -> None:
    project(tmp_path, {"ids.py": BY_KIND, "user.py": "from ids import new_id\n"})
    run(tmp_path, "init")

    assert run(tmp_path, "check")[0] == 0
    assert 'generator = "ids.new_id"' in (tmp_path / "pyproject.toml").read_text()


@pytest.mark.parametrize("is_all_given", [False, True])
def test_who_takes_all_names_of_a_file(tmp_path: Path, is_all_given: bool) -> None:
    """The package has a `new_id` of its own, and another file its `uuid` from there."""
    source = "import uuid\n\n\ndef f():\n    run_id = str(uuid.uuid4())\n    return run_id\n"
    source = f"__all__ = ['f']\n{source}" if is_all_given else source
    package = "from pkg.own import new_id\nfrom pkg.service import *\n"
    project(tmp_path, {"acme/ids.py": FUNCTION, "pkg/__init__.py": package})
    project(tmp_path, {"pkg/own.py": "def new_id():\n    return 1\n", "pkg/service.py": source})
    fixed(tmp_path, "")

    left = (tmp_path / "pkg/service.py").read_text()
    assert ("import uuid" in left) is not is_all_given
    assert ("from acme.ids import new_id" in left) is is_all_given


FOR_USERS = """\
import uuid


class Ids:
    @staticmethod
    def for_request({takes}) -> tuple[str, str]:
        end = uuid.uuid4().hex
        return f"trace_{{end}}", f"req_{{end}}"

    @staticmethod
    def new(prefix: str) -> str:
        return f"{{prefix}}_{{uuid.uuid4().hex}}"
"""
OF_CONTEXT = """\
[tool.ssot-lint]
generator = "acme.ids.Ids"
context-method = "for_request"
context-ids = ["trace_id", "request_id"]
id-method = "new"
id-prefixes = { trace_id = "trace_" }
validators = []
"""
BOTH = """\
import uuid


def begin(user_id):
    trace_id = {trace}
    request_id = {request}
    return trace_id, request_id
"""


@pytest.mark.parametrize(
    ("takes", "trace", "request_", "told"),
    [
        ("user_id: str", "str(uuid.uuid4())", "str(uuid.uuid4())", "[*] `uuid.uuid4()`"),
        ("user_id: str", 'f"trace_big_{uuid.uuid4()}"', "str(uuid.uuid4())", "(unsafe: the ids"),
        ("owner: str", "str(uuid.uuid4())", "str(uuid.uuid4())", "takes `owner`, which may be no"),
        ("user_id: int", "str(uuid.uuid4())", "str(uuid.uuid4())", "which is no text"),
        ("", "str(uuid.uuid4())", "str(uuid.uuid4())", "takes 0 arguments by position"),
    ],
)
def test_a_context_method_that_takes_a_user_alone(
    tmp_path: Path, takes: str, trace: str, request_: str, told: str
) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme/__init__.py").write_text("")
    (tmp_path / "acme/ids.py").write_text(FOR_USERS.format(takes=takes))
    (tmp_path / "acme/begin.py").write_text(BOTH.format(trace=trace, request=request_))
    (tmp_path / "pyproject.toml").write_text(OF_CONTEXT)

    assert told in run(tmp_path, "check", "--no-cache", "acme/begin.py")[1]
    run(tmp_path, "fix", "--no-cache", "acme/begin.py")

    fixed = (tmp_path / "acme/begin.py").read_text()
    assert ("trace_id, request_id = Ids.for_request(user_id)\n" in fixed) is ("[*]" in told)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("", ""),
        ('id-method = "new_id"\n', ""),
        (
            'id-method = "make"\n',
            "no fix is offered: the generator `acme.ids.new_id` is not proven: it is the function "
            "that makes ids, and `id-method` names another: `make`; remove `id-method`, or let "
            "`generator` name the module, `acme.ids`, in [tool.ssot-lint] of {}",
        ),
        (
            'context-method = "contexts"\n',
            "some fixes are not offered: the generator's source has no `contexts` (`acme.ids` in "
            "acme/ids.py); set `context-method` in [tool.ssot-lint] of {}",
        ),
    ],
)
def test_a_function_and_other_methods_beside_it(tmp_path: Path, more: str, told: str) -> None:
    """That `generator` is a function only its source tells: settings alone are not wrong."""
    project(tmp_path, {"acme/ids.py": FUNCTION})
    after = fixed(tmp_path, "import uuid\n\nrun_id = str(uuid.uuid4())\n", more=more)
    _, _, err = run(tmp_path, "check", "app.py")

    where = tmp_path / "pyproject.toml"
    assert err == (f"ssot-lint: warning: {told.format(where)}\n" if told else "")
    assert ("new_id" in after) is ("id-method" not in more or "new_id" in more)


@pytest.mark.parametrize(
    ("generator", "more", "told"),
    [
        ("acme.ids.new_idd", "", "acme.ids defines no class or function `new_idd` (`new_id`?)"),
        ("acme.ids.size", "", "`size` of acme.ids is a value, and no class, function, module or"),
        ("acme.ids", "", "has neither `generate_base_id` nor `generate_user_context_ids`"),
        ("acme.ids", 'id-method = "make"\ncontext-method = ""\n', "acme/ids.py has neither `make`"),
    ],
)
def test_nobody_is_told_to_call_what_is_not_there(
    tmp_path: Path, generator: str, more: str, told: str
) -> None:
    project(tmp_path, {"acme/ids.py": f"{FUNCTION}\n\nsize = 4\n"})
    source = (
        "import uuid\nfrom dataclasses import dataclass, field\n\nrun_id = str(uuid.uuid4())\n"
        "thread_id = 'abc'\n\n\n@dataclass\nclass A:\n"
        "    run_id: str = field(default_factory=uuid.uuid4)\n"
    )
    assert fixed(tmp_path, source, generator, more) == source
    _, out, err = run(tmp_path, "check", "app.py")

    assert told in err
    assert "app.py:4:14: OST101 `uuid.uuid4()` bypasses the id generator; use the id gen" in out
    assert "pass a function that calls the id generator" in out
    assert "generate_" not in re.sub(r"\(no fix: [^\n]*", "", out)


@pytest.mark.parametrize(
    ("value", "is_called"),
    [
        ("_made.new_id", True),
        ("_made.shown_id", False),  # nothing shows that it is a text
        ("OrderIds.kept_id", True),
        ("OrderIds.new_id", False),  # it lacks an object
        ("_late.new_id", False),
        ("_none.new_id", False),
        ("_made.wrapped_id", False),
        ("partial(_make)", True),
        ("partial(_make, size=4)", True),
        ("partial(_make, 'x')", False),  # its first argument is a size
        ("partial(_make, prefix='x')", False),
        ("partial(_twice)", False),
        ("partials(_make)", False),
        ("lambda prefix: f'{prefix}_{secrets.token_hex(4)}'", True),
        ("lambda prefix: len(prefix)", False),
    ],
)
def test_functions_that_a_module_assigns(tmp_path: Path, value: str, is_called: bool) -> None:
    maker = f"""\
from functools import partial
{OBJECT}
    def number(self, prefix): return 1

    def shown_id(self, prefix): return self.number(prefix)

    @wraps
    def wrapped_id(self, prefix): return f"{{prefix}}_1"

    @classmethod
    def kept_id(cls, prefix) -> str: return f"{{prefix}}_1"


_made = OrderIds()
_late = OrderIds()
_late.new_id = 1
_none = OrderIds() if _made else None


def number(prefix): return f"{{prefix}}_1"


def _make(prefix: str, size: int = 8) -> str:
    return f"{{prefix}}_{{secrets.token_hex(size)}}"


def _twice(prefix: str) -> str:
    return prefix


_twice = _make
new_id = {value}
"""
    project(tmp_path, {"acme/ids.py": maker})
    source = "import uuid\n\n\ndef f():\n    run_id = str(uuid.uuid4())\n    send(run_id)\n"

    assert ('run_id = new_id("run")' in fixed(tmp_path, source)) is is_called


def test_a_function_of_another_module_that_refuses_prefixes(tmp_path: Path) -> None:
    maker = FUNCTION.replace(
        "    return", "    if prefix not in ('order',):\n        raise ValueError\n    return"
    )
    project(tmp_path, {"acme/made.py": maker, "acme/__init__.py": "from acme.made import new_id\n"})
    source = "import uuid\n\n\ndef f():\n    run_id = str(uuid.uuid4())\n    send(run_id)\n"

    assert fixed(tmp_path, source, "acme.new_id") == source


MAIN = 'if __name__ == "__main__":\n    make()\n'


@pytest.mark.parametrize(
    ("name", "begins", "ends", "is_fixed"),
    [
        ("scripts/run.py", "", MAIN, False),
        ("scripts/run.py", "#!/usr/bin/env python3\n", "", False),
        ("acme/run.py", "", MAIN, False),  # `python acme/run.py`
        ("run.py", "", MAIN, True),  # lies beside the package
        ("scripts/run.py", "from acme import ids\n", MAIN, True),
        ("scripts/run.py", "from acme.ids import other\n", MAIN, True),
        ("scripts/run.py", "import sys\n\nsys.path.insert(0, '.')\n", MAIN, True),
        ("scripts/helper.py", "", "", True),
        ("tests/test_run.py", "", MAIN, True),  # pytest finds it
    ],
)
def test_scripts_that_may_not_find_the_generator(
    tmp_path: Path, name: str, begins: str, ends: str, is_fixed: bool
) -> None:
    project(tmp_path, {"acme/__init__.py": "", "acme/ids.py": FUNCTION})
    source = "import uuid\n\n\ndef make():\n    run_id = str(uuid.uuid4())\n    return run_id\n\n\n"
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(begins + source + ends)
    (tmp_path / "pyproject.toml").write_text('[tool.ssot-lint]\ngenerator = "acme.ids.new_id"\n')

    out = run(tmp_path, "check", "--no-cache", name)[1]

    assert ("OST101 [*]" in out) is is_fixed
    assert ("started by its path need not find `acme`" in out) is not is_fixed


SHAPED = {
    "function": (FUNCTION, "acme.ids.new_id", "", "new_id"),
    "module": (FUNCTION, "acme.ids", 'id-method = "new_id"\ncontext-method = ""\n', "new_id"),
    "instance": (
        f"{OBJECT}\n\nids = OrderIds()\n",
        "acme.ids.ids",
        'id-method = "new_id"\ncontext-method = ""\n',
        "ids.new_id",
    ),
}
ONE = "import uuid\n\nrun_id = str(uuid.uuid4())\n"


@pytest.mark.parametrize("shape", SHAPED)
@pytest.mark.parametrize(
    ("file", "given"),
    [
        ("lib/acme/ids.py", "lib"),
        ("lib/acme/ids.py", "lib/acme/ids.py"),
        ("lib/acme/ids/__init__.py", "lib"),
        ("lib/acme/ids/__init__.py", "lib/acme/ids/__init__.py"),
    ],
)
def test_settings_name_the_source_of_a_shape(
    tmp_path: Path, shape: str, file: str, given: str
) -> None:
    text, generator, more, call = SHAPED[shape]
    project(tmp_path, {file: text})
    more += f'generator-source = "{given}"\n'

    assert f'run_id = {call}("run")' in fixed(tmp_path, ONE, generator, more)


@pytest.mark.parametrize(
    ("generator", "text"),
    [
        ("acme.ids.gone", FUNCTION),  # the file is `acme.ids`, which lacks it
        ("acme.ids", "def new_id(prefix):\n    return prefix\n\n\nids = 1\n"),
    ],
)
def test_a_file_is_not_taken_for_another_module(tmp_path: Path, generator: str, text: str) -> None:
    project(tmp_path, {"lib/acme/ids.py": text})
    more = SHAPED["module"][2] + 'generator-source = "lib/acme/ids.py"\n'

    assert fixed(tmp_path, ONE, generator, more) == ONE


@pytest.mark.parametrize("shape", SHAPED)
def test_a_shape_of_an_installed_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    text, generator, more, call = SHAPED[shape]
    project(tmp_path / "env", {"acme/ids.py": text})
    monkeypatch.syspath_prepend(str(tmp_path / "env"))
    (tmp_path / "project").mkdir()

    assert f'run_id = {call}("run")' in fixed(tmp_path / "project", ONE, generator, more)
    assert run(tmp_path / "project", "check")[0] == 0
