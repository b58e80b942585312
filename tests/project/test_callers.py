"""What other files do to the ids that a file makes: to results of its functions, by patches."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.projects import fix_of

FUNCTION = "import uuid\n\ndef make_thread_id():\n    return str(uuid.uuid4())\n"
CLASS = """
import uuid

class Maker:
    def make_thread_id(self):
        return str(uuid.uuid4())
"""
CALLED = "from app.makes import make_thread_id\n"
RESULT = "the result of `make_thread_id()`"


@pytest.mark.parametrize(
    ("code", "caller", "says"),
    [
        (FUNCTION, f"{CALLED}x = make_thread_id()[:8]", f"no fix: {RESULT} is cut"),
        (
            FUNCTION,
            f"{CALLED}thread_id = make_thread_id()\nlen(thread_id)",
            f"no fix: {RESULT} is measured",
        ),
        (
            FUNCTION,
            f"{CALLED}thread_id = f'thread_{{make_thread_id()}}'",
            "no fix: `thread_` is put in front of what `make_thread_id()` gives",
        ),
        # It may be handed on under the name, and something else may be.
        (FUNCTION, "from app import make_thread_id\nmake_thread_id()[:8]", f"unsafe: {RESULT} is"),
        (CLASS, "def f(maker):\n    maker.make_thread_id()[:8]", f"unsafe: {RESULT} is cut"),
        (
            CLASS,
            "import uuid\nfrom app.makes import Maker\ndef test(maker):\n"
            "    thread = maker.make_thread_id()\n    uuid.UUID(thread)",
            f"unsafe: {RESULT} is handed",
        ),
        (CLASS, "from app.makes import Maker\nMaker.make_thread_id()[:8]", f"no fix: {RESULT} is"),
    ],
)
def test_results(tmp_path: Path, code: str, caller: str, says: str) -> None:
    name = "tests/test_a.py" if "def test(" in caller else "web/views.py"

    assert fix_of(tmp_path, code, {name: caller}).startswith(says)


@pytest.mark.parametrize(
    "caller",
    [
        "from app.other import make_thread_id\nmake_thread_id()[:8]",
        f"{CALLED}thread_id = f'ws_{{make_thread_id()}}'",
        f"{CALLED}print(make_thread_id()[:8])",
        f"{CALLED}make_thread_id()[-8:]",
        f"{CALLED}make_thread_id().startswith('thread_')",
    ],
)
def test_what_does_not_matter(tmp_path: Path, caller: str) -> None:
    assert fix_of(tmp_path, FUNCTION, {"web/views.py": caller}) == "safe"


@pytest.mark.parametrize(
    ("test", "says"),
    [
        ("@patch('app.makes.uuid.uuid4')\ndef test(): ...", "`patch` replaces `app.makes.uuid.uu"),
        (
            "from app import makes\ndef test(monkeypatch):\n"
            "    monkeypatch.setattr(makes.uuid, 'uuid4', int)",
            "`monkeypatch.setattr` replaces `app.makes.uuid.uuid4`",
        ),
        ("import app.makes\npatch('uuid.uuid4')", "`patch` replaces `uuid.uuid4`"),
    ],
)
def test_patches(tmp_path: Path, test: str, says: str) -> None:
    said = fix_of(tmp_path, FUNCTION, {"tests/test_makes.py": test})

    assert said.startswith(f"unsafe: {says}"), said
    assert "in tests/test_makes.py, line " in said


@pytest.mark.parametrize(
    "test", ["patch('app.other.uuid.uuid4')", "import app.other\npatch('uuid.uuid4')"]
)
def test_patches_of_others(tmp_path: Path, test: str) -> None:
    assert fix_of(tmp_path, FUNCTION, {"tests/test_makes.py": test}) == "safe"


FIELD = "import uuid\n\ndef make(context):\n    context.run_id = str(uuid.uuid4())\n"


@pytest.mark.parametrize(
    ("name", "reader", "says"),
    [
        ("app/reads.py", "def f(c): c.run_id[:8]", "unsafe: `run_id` is cut"),
        ("web/reads.py", "import app.makes\ndef f(c): c.run_id[:8]", "unsafe: `run_id` is cut"),
        ("web/reads.py", "def f(c): c.run_id[:8]", "safe"),
        ("web/reads.py", "def f(c): UUID(c.run_id)", "unsafe: `run_id` is handed to `UUID()`"),
        ("web/urls.py", "path('<uuid:run_id>/')", "unsafe: a route takes `run_id` as a UUID"),
        (
            "tests/test_a.py",
            "from app import makes\nassert len(c.run_id) == 36",
            "unsafe: `run_id` is meas",
        ),
        ("tests/test_a.py", "from app.other import x\nassert len(c.run_id) == 36", "safe"),
        ("app/tests/test_a.py", "assert len(c.run_id) == 36", "safe"),
        # As any id is longer, of whatever form.
        ("tests/test_a.py", "from app import makes\nassert len(c.run_id) > 9", "safe"),
        ("tests/test_a.py", "from app import makes\nx = c.run_id[:8]", "safe"),
    ],
)
def test_fields(tmp_path: Path, name: str, reader: str, says: str) -> None:
    assert fix_of(tmp_path, FIELD, {name: reader}).startswith(says)


PORT = "class Port:\n    def record(self, run_id, title): ...\n"
ADAPTER = "class Adapter:\n    def record(self, key, title):\n        uuid.UUID(key)\n"
HANDS = "import uuid\n\ndef make(port{}):\n    run_id = str(uuid.uuid4())\n    port.record({})\n"


@pytest.mark.parametrize(
    ("annotation", "argument", "says"),
    [
        ("", "run_id, 1", "unsafe: `key` is handed to `UUID()` in lib/adapter.py, line 3"),
        (": 'Port'", "run_id, 1", "unsafe: `key` is handed to `UUID()` in lib/adapter.py, line 3"),
        ("", "key=run_id", "unsafe: `key` is handed to `UUID()` in lib/adapter.py, line 3"),
        ("", "1, run_id", "safe"),
        (": 'Other'", "run_id, 1", "safe"),
    ],
)
def test_methods_that_calls_do_not_tell(
    tmp_path: Path, annotation: str, argument: str, says: str
) -> None:
    imports = "from lib.port import Port\nfrom lib.other import Other\n"
    others = "class Other:\n    def record(self, run_id, title):\n        self.x = run_id\n"
    files = {"lib/port.py": PORT, "lib/adapter.py": ADAPTER, "lib/other.py": others}

    assert fix_of(tmp_path, imports + HANDS.format(annotation, argument), files) == says


@pytest.mark.parametrize(
    ("maker", "reader"),
    [
        ("def make():\n    run_id = str(uuid.uuid4())\n    return {}, run_id",
         "_, run_id = make()\nrun_id[:8]"),
        ("def make():\n    run_id = str(uuid.uuid4())\n    yield run_id",
         "for run_id in make():\n    run_id[:8]"),
        ("RUN_ID = str(uuid.uuid4())", "RUN_ID[:8]"),
        ("run_id = str(uuid.uuid4())", "import app.makes\napp.makes.run_id[:8]"),
        ("def make():\n    run_id = str(uuid.uuid4())\n    return run_id",
         "key = make()\nimport uuid\nuuid.UUID(key)"),
    ],
)  # fmt: skip
def test_ways_to_get_an_id(tmp_path: Path, maker: str, reader: str) -> None:
    code = f"import uuid\n\n{maker}\n"
    caller = f"from app.makes import make, RUN_ID\n{reader}\n"

    assert fix_of(tmp_path, code, {"web/views.py": caller}) != "safe"


@pytest.mark.parametrize(
    ("name", "reader"),
    [
        ("run_id", "def f(run: Run):\n    key = run.run_id\n    key.split('-')"),
        ("run_id", "class Night(Run):\n    def f(self):\n        return self.run_id[:8]"),
        ("id", "def f(run: Run):\n    return run.id[:8]"),
    ],
)
def test_fields_of_a_class(tmp_path: Path, name: str, reader: str) -> None:
    code = (
        "import uuid\n\nclass Run:\n    @classmethod\n    def new(cls):\n"
        f"        return cls({name}=str(uuid.uuid4()))\n"
    )

    assert fix_of(tmp_path, code, {"web/views.py": reader}).startswith(f"unsafe: `{name}` is ")


def test_a_name_in_another_file_may_say_it(tmp_path: Path) -> None:
    """Not at some place of it: wherever it is read."""
    code = "import uuid\nfrom app.models import Run\nx = Run(thread_id=str(uuid.uuid4()))\n"
    model = (
        "from pydantic import BaseModel, validator\n\nclass Run(BaseModel):\n    thread_id: str\n\n"
        "    @validator('thread_id')\n    def kept(cls, token):\n        return token\n"
    )

    assert fix_of(tmp_path, code, {"app/models.py": model}).endswith("in app/models.py")
