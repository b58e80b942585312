"""Bans that tell what to use: fixes call that where its source shows how."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.in_process import run, run_flake8

FILES = {
    "pyproject.toml": """\
[tool.ssot-lint]
generator = "acme.ids.new_id"
context-method = ""
context-ids = []
validators = []
id-prefixes = { thread_id = "thread_" }
extend-banned-calls = [
    { call = "random.randint", use = "acme.numbers.next_number", only-for-ids = true },
    { call = "random.getrandbits", use = "secrets.token_urlsafe" },
    { call = "random.choice", use = "acme.codes.Codes.new_code" },
    { call = "random.shuffle", use = "acme.gone.nothing" },
    { call = "random.random", use = "uuid.uuid4" },
]
""",
    "acme/__init__.py": "",
    "acme/ids.py": """\
import uuid


def new_id(prefix: str) -> str:
    return f"{prefix}_{uuid.uuid4().hex}"
""",
    # Its own file may call what is banned.
    "acme/numbers.py": """\
import random


def next_number() -> str:
    return f"n{random.randint(1, 10**9)}"


def number_id() -> str:
    return f"number_{random.randint(1, 10**9)}"
""",
    "acme/codes.py": """\
import uuid


class Codes:
    @staticmethod
    def new_code(prefix: str) -> str:
        return f"{prefix}-{uuid.uuid4().hex}"
""",
}


def project(root: Path, code: str) -> Path:
    for name, text in {**FILES, "acme/app.py": f"import random\nimport uuid\n\n\n{code}"}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.mark.parametrize(
    ("made", "new", "told"),
    [
        ("order_id = str(random.getrandbits(64))", None, "it is handed may say how long"),
        ("order_id = str(random.getrandbits())", "order_id = token_urlsafe()", "use `token_url"),
        ("order_id = str(random.randint())", "order_id = next_number()", "use `next_number()`"),
        ("order_id = f'o_{random.randint()}'", None, "takes no prefix, and the id begins"),
        ("thread_id = str(random.randint())", None, "by `id-prefixes` a `thread_id` begins"),
        ("order_id = str(random.choice())", 'order_id = Codes.new_code("order")', '("order")`'),
        ("order_id = str(random.shuffle())", None, "`acme.gone.nothing`, which a ban tells"),
        ("order_id = str(random.random())", None, "`uuid4` gives no `str`"),
        ("order_id = str(uuid.uuid4())", 'order_id = new_id("order")', 'use `new_id("order")`'),
        ("dice = random.randint(1, 6)", None, "No findings"),
    ],
)
def test_what_is_called_instead(tmp_path: Path, made: str, new: str | None, told: str) -> None:
    project(tmp_path, f"def make():\n    {made}\n    return {made.partition(' ')[0]}\n")

    assert told in run(tmp_path, "check", "--no-cache")[1]
    run(tmp_path, "fix", "--no-cache")

    fixed = (tmp_path / "acme/app.py").read_text()
    assert (f"    {new or made}\n") in fixed
    if new is not None:
        assert run(tmp_path, "check", "--no-cache")[1] == "No findings in 5 files.\n"
        command = [sys.executable, "-c", "import acme.app; print(acme.app.make())"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
        assert done.stdout.strip()


def test_a_module_of_the_project_hides_that_of_python(tmp_path: Path) -> None:
    code = "def make():\n    order_id = str(random.getrandbits())\n    return order_id\n"
    project(tmp_path, code)
    (tmp_path / "secrets.py").write_text("TOKEN = 1\n")

    told = "`secrets.token_urlsafe`, which a ban tells to use, is not in sight"
    assert told in run(tmp_path, "check", "--no-cache")[1]


def test_several_in_one_file(tmp_path: Path) -> None:
    project(
        tmp_path,
        "from acme.numbers import number_id\n\n\ndef make():\n"
        "    order_id = str(random.choice())\n    thread_id = str(uuid.uuid4())\n"
        "    ticket_id = str(random.randint())\n    return order_id, thread_id, ticket_id\n",
    )

    run(tmp_path, "fix", "--no-cache")

    fixed = (tmp_path / "acme/app.py").read_text()
    assert 'order_id = Codes.new_code("order")\n' in fixed
    assert 'thread_id = new_id("thread")\n' in fixed
    assert "ticket_id = next_number()\n" in fixed
    assert "import random" not in fixed
    assert run(tmp_path, "check", "--no-cache")[0] == 0


def test_an_import_that_is_there_is_used(tmp_path: Path) -> None:
    project(
        tmp_path,
        "from acme.numbers import next_number\n\n\ndef make():\n"
        "    ticket_id = str(random.randint())\n    return ticket_id, next_number()\n",
    )

    run(tmp_path, "fix", "--no-cache")

    fixed = (tmp_path / "acme/app.py").read_text()
    assert "ticket_id = next_number()\n" in fixed
    assert fixed.count("import next_number") == 1


def test_a_default_of_a_field(tmp_path: Path) -> None:
    project(
        tmp_path,
        "from dataclasses import dataclass, field\n\n\n@dataclass\nclass Order:\n"
        "    order_id: str = field(default_factory=random.choice)\n",
    )

    run(tmp_path, "fix", "--unsafe-fixes", "--no-cache")

    fixed = (tmp_path / "acme/app.py").read_text()
    assert 'field(default_factory=lambda: Codes.new_code("order"))' in fixed


def test_all_doors_say_the_same(tmp_path: Path) -> None:
    project(tmp_path, "def make():\n    order_id = str(random.choice())\n    return order_id\n")
    told = 'use `Codes.new_code("order")`'

    assert told in run(tmp_path, "check")[1]
    assert told in run(tmp_path, "check")[1]  # from the cache
    assert told in run_flake8(tmp_path, "acme/app.py").stdout


def test_another_source_is_another_result(tmp_path: Path) -> None:
    project(tmp_path, "def make():\n    order_id = str(random.choice())\n    return order_id\n")
    assert "OST101 [*]" in run(tmp_path, "check")[1]

    (tmp_path / "acme/codes.py").write_text("class Codes:\n    pass\n")

    out = run(tmp_path, "check")[1]
    assert "OST101 [*]" not in out
    assert "`acme.codes.Codes.new_code`, which a ban tells to use, is not in sight" in out
