"""New imports stand where ruff's `I` rules and isort want them, and never before what they need."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from ssot_lint import Settings, fix_source

GENERATOR = "from shared.ids.unified_id_generator import UnifiedIdGenerator"
SETTINGS = {"generator": "shared.ids.unified_id_generator.UnifiedIdGenerator"}
SOURCE = """import itertools

_COUNT = itertools.count()


class UnifiedIdGenerator:
    @staticmethod
    def generate_base_id(prefix: str) -> str:
        return f"{prefix}_{next(_COUNT)}"
"""
CODE = "\n\n\ndef begin():\n    run_id = str(uuid.uuid4())\n    return run_id\n"
MODULES = ("shared/ids/names", "shared/logs", "app/models", "app/core/db", "zeta/tools", "adder")
HEADS = (
    "import os",
    "import re",
    "from typing import Any",
    "from collections import abc",
    "import numpy as np",
    "import pytest",
    "from sqlalchemy.orm import Session",
    "from pydantic import BaseModel",
    "import shared.logs",
    "from shared.logs import log",
    "from shared.ids.names import KINDS",
    "from app.models import Run",
    "from app.core.db import connect",
    "from zeta.tools import tool",
    "import adder",
    "from . import near",
    "from .near import one",
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with the generator and some modules beside it."""
    for name in MODULES:
        path = tmp_path / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    for folder in (path for path in tmp_path.rglob("*") if path.is_dir()):
        (folder / "__init__.py").touch()
    (tmp_path / "shared/ids/unified_id_generator.py").write_text(SOURCE)
    return tmp_path


def fixed(root: Path, head: str, path: str = "app/core/runs.py", code: str = CODE) -> str:
    """What a fix makes of the imports of a file: all above its code."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    text = head + code
    file.write_text(text, newline="")
    settings = Settings(root=root, select=("OST101",), **SETTINGS)  # type: ignore[arg-type]
    result = fix_source(text.encode(), str(file), settings)
    assert result.source is not None, result.result.findings
    made = result.source.decode()
    file.write_text(made, newline="")
    return made.partition("\n\n\ndef begin")[0]


def run(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.broad
def test_sorted_blocks_stay_sorted(root: Path) -> None:
    """Of many blocks, drawn with a fixed seed."""
    drawn = random.Random(25)
    folder = root / "app" / "runs"
    folder.mkdir()
    (folder / "__init__.py").touch()
    for number in range(120):
        count = drawn.randint(1, len(HEADS))
        lines = ["import uuid", *drawn.sample(HEADS, count)]
        (folder / f"r{number}.py").write_text("\n".join(lines) + CODE)
    run("ruff", "check", "-q", "--isolated", "--select", "I", "--fix", ".", folder=root)
    for path in sorted(folder.glob("r*.py")):
        text = path.read_text()
        if drawn.random() < 0.3:
            text = text.replace("import uuid\n", "import uuid  # for ids\n", 1)
        head = text.partition("\n\n\ndef begin")[0]
        fixed(root, head, str(path.relative_to(root)))
        assert "UnifiedIdGenerator.generate_base_id" in path.read_text()
    verdict = run("ruff", "check", "--isolated", "--select", "I", ".", folder=root)
    assert verdict.returncode == 0, verdict.stdout
    verdict = run("isort", "--check", "--diff", "--profile", "black", "app", folder=root)
    assert verdict.returncode == 0, verdict.stdout
    verdict = run("ruff", "format", "--isolated", "--diff", "app", folder=root)
    assert verdict.returncode == 0, verdict.stdout


PLACES = {
    "behind its package's": (
        "import uuid\n\nfrom shared.logs import log",
        f"{GENERATOR}\nfrom shared.logs import log",
    ),
    "a section of its own": (
        "import os\nimport uuid\n\nimport pytest\n\nfrom . import near",
        f"import os\n\nimport pytest\n\n{GENERATOR}\n\nfrom . import near",
    ),
    "the comment on top of a section stays on top": (
        "import os\nimport uuid\n\n# Ours\nfrom zeta.tools import tool",
        f"import os\n\n# Ours\n{GENERATOR}\nfrom zeta.tools import tool",
    ),
    "a comment inside a section stays with its import": (
        "import uuid\n\nfrom app.models import Run\n\n# says more\nfrom zeta.tools import tool",
        f"from app.models import Run\n{GENERATOR}\n\n# says more\nfrom zeta.tools import tool",
    ),
    "behind its own package's where nothing is sorted": (
        "from zeta.tools import tool\nimport uuid\nfrom shared.logs import log\nimport os",
        f"from zeta.tools import tool\nfrom shared.logs import log\n{GENERATOR}\nimport os",
    ),
    "sorted by modules alone": (
        "import uuid\n\nfrom app.models import Run\nimport zeta.tools",
        f"from app.models import Run\n{GENERATOR}\nimport zeta.tools",
    ),
    "one more name": (
        "import uuid\n\nfrom shared.ids.unified_id_generator import Other, make",
        "from shared.ids.unified_id_generator import Other, UnifiedIdGenerator, make",
    ),
    "one more name, too many for a line": (
        "import uuid\n\nfrom shared.ids.unified_id_generator import Other, make_something_longer",
        "from shared.ids.unified_id_generator import (\n"
        "    Other,\n    UnifiedIdGenerator,\n    make_something_longer,\n)",
    ),
    "one more name on its line": (
        "import uuid\n\nfrom shared.ids.unified_id_generator import (\n    Other,\n    make,\n)",
        "from shared.ids.unified_id_generator import (\n"
        "    Other,\n    UnifiedIdGenerator,\n    make,\n)",
    ),
    "one more name, the last": (
        "import uuid\n\nfrom shared.ids.unified_id_generator import (\n    MANY,\n    Other,\n)",
        "from shared.ids.unified_id_generator import (\n"
        "    MANY,\n    Other,\n    UnifiedIdGenerator,\n)",
    ),
    "an import that has comments is left alone": (
        "import uuid\n\nfrom shared.ids.unified_id_generator import (  # some\n    make,\n)",
        GENERATOR + "\nfrom shared.ids.unified_id_generator import (  # some\n    make,\n)",
    ),
    "an import with another name is left alone, too": (
        "import uuid\n\nfrom shared.ids.unified_id_generator import make as build",
        f"{GENERATOR}\nfrom shared.ids.unified_id_generator import make as build",
    ),
    "no other import": (
        '"""What it is for."""\n\nimport uuid',
        f'"""What it is for."""\n\n{GENERATOR}',
    ),
    "a mark of the encoding stays on top": (
        "# -*- coding: utf-8 -*-\nfrom zeta.tools import tool\nimport uuid",
        f"# -*- coding: utf-8 -*-\n{GENERATOR}\nfrom zeta.tools import tool",
    ),
    "with the line ends of the file": (
        "import uuid\r\n\r\nfrom shared.logs import log\r\nfrom zeta.tools import tool",
        f"{GENERATOR}\r\nfrom shared.logs import log\r\nfrom zeta.tools import tool",
    ),
}


@pytest.mark.parametrize("name", PLACES)
def test_place(root: Path, name: str) -> None:
    head, expected = PLACES[name]
    assert fixed(root, head) == expected


EARLY = {
    "a folder may have the name of an installed package": (
        "import uuid\n\nimport docker\nfrom spaces import thing",
        f"import docker\nfrom spaces import thing\n{GENERATOR}",
    ),
    "a module of the project may say where modules are found": (
        "import uuid\n\nimport setup_path\nfrom zz import other",
        f"import setup_path\nfrom zz import other\n\n{GENERATOR}",
    ),
    "behind what is found with it, nothing more is needed": (
        "import uuid\n\nfrom app.models import Run\nfrom zeta.tools import tool",
        f"from app.models import Run\n{GENERATOR}\nfrom zeta.tools import tool",
    ),
}


@pytest.mark.parametrize("name", EARLY)
def test_a_file_that_is_no_part_of_a_package(root: Path, name: str) -> None:
    """It may be started by its path: what it imports first can say where modules are found."""
    (root / "tools").mkdir()
    (root / "tools" / "setup_path.py").touch()
    (root / "docker").mkdir()
    (root / "spaces").mkdir()
    head, expected = EARLY[name]
    assert fixed(root, head, "tools/start.py") == expected


BLANK = {
    "before a class": ("class Run:\n    run_id = str({make})\n", 2),
    "before other code": ("run_id = str({make})\n", 1),
}


@pytest.mark.parametrize("name", BLANK)
@pytest.mark.parametrize("docstring", ["", '"""What it is for."""\n\n'])
def test_blank_lines_are_those_of_black(root: Path, name: str, docstring: str) -> None:
    """Where there was no import at all."""
    code, count = BLANK[name]
    code = code.replace("{make}", "__import__('uuid').uuid4()")
    made = fixed(root, docstring, code=code)
    assert made.startswith(docstring + GENERATOR + "\n" * (count + 1) + code.partition("\n")[0][:5])
    verdict = run("ruff", "format", "--isolated", "--diff", "app", folder=root)
    assert verdict.returncode == 0, verdict.stdout


COMMENTS = {
    "a comment behind a removed import goes": (
        "import os\nimport uuid  # ids\n\n",
        "import os\n\n",
    ),
    "the comment of a section that is gone, too": (
        "import os\n\n# for ids\nimport uuid\n\nfrom zeta.tools import tool\n\n",
        "import os\n\nfrom zeta.tools import tool\n\n",
    ),
    "what a section begins with stays": (
        "import os\n\n# what we need\nimport uuid\nfrom abc import ABC\n\n",
        "import os\n\n# what we need\nfrom abc import ABC\n\n",
    ),
    "and so does what a file begins with": (
        "# Copyright\nimport uuid\n\nimport pytest\n\n",
        "# Copyright\n\nimport pytest\n\n",
    ),
    "in a function, a comment is about what follows": (
        "def f():\n    # Create a batch\n    import uuid\n\n    run_id = str(uuid.uuid4())\n",
        'def f():\n    # Create a batch\n    run_id = UnifiedIdGenerator.generate_base_id("run")\n',
    ),
    "unless it speaks of the import": (
        "def f():\n    # Imported late\n    import uuid\n\n    run_id = str(uuid.uuid4())\n",
        'def f():\n    run_id = UnifiedIdGenerator.generate_base_id("run")\n',
    ),
}


@pytest.mark.parametrize("name", COMMENTS)
def test_no_comment_is_left_without_its_code(root: Path, name: str) -> None:
    code, expected = COMMENTS[name]
    if not code.startswith("def"):
        code += "run_id = str(uuid.uuid4())\n"
        expected += 'run_id = UnifiedIdGenerator.generate_base_id("run")\n'
    made = fixed(root, "", code=code)
    bare = [line for line in made.splitlines(keepends=True) if line != f"{GENERATOR}\n"]
    assert _blanks_as_one("".join(bare)) == _blanks_as_one(expected)


def _blanks_as_one(text: str) -> str:
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.strip("\n")


def test_what_is_imported_in_circles_stays_behind_others(root: Path) -> None:
    """`shared.types` can be imported behind `app.models` alone: to sort would break the program."""
    (root / "shared/types.py").write_text(
        "from app.models import Model\n\nKINDS = {'run'}\n\n\nclass Kind(Model):\n    pass\n"
    )
    (root / "app/models.py").write_text(
        "class Model:\n    pass\n\n\nfrom shared.types import KINDS\n\nRun = KINDS\n"
    )
    source = "from shared.types import KINDS\n" + SOURCE
    (root / "shared/ids/unified_id_generator.py").write_text(source)
    made = fixed(root, "import uuid\n\nfrom app.models import Run\nfrom zeta.tools import tool")
    assert made == f"from app.models import Run\nfrom zeta.tools import tool\n{GENERATOR}"
    (root / "app/models.py").write_text("class Model:\n    pass\n\n\nRun = Model\n")
    made = fixed(root, "import uuid\n\nfrom app.models import Run\nfrom zeta.tools import tool")
    assert made == f"from app.models import Run\n{GENERATOR}\nfrom zeta.tools import tool"
