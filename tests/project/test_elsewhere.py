"""Ids are followed into the functions and classes of other files that a file hands them to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.helpers.in_process import run
from tests.helpers.projects import findings_of, fix_of, write_project

MAKES = """
import uuid
{imports}

{code}
"""
IN_FUNCTION = "def make(session):\n    run_id = str(uuid.uuid4())\n    {use}\n"

SHORT = "from app.other import short"
CUT = "def short(run_id):\n    return run_id[:8]\n"
PARSES = "import uuid\n\ndef check(value):\n    uuid.UUID(value)\n"
REPOSITORY = """
import uuid

class Repository:
    def __init__(self, session):
        self.session = session

    def save(self, given, /, title=None):
        uuid.UUID(given)
"""


@pytest.mark.parametrize(
    ("other", "imports", "use", "says"),
    [
        (CUT, "from app.other import short", "short(run_id)", "`run_id` is cut"),
        (CUT, "from .other import short as s", "s(run_id)", "`run_id` is cut"),
        (CUT, "from . import other", "other.short(run_id=run_id)", "`run_id` is cut"),
        (CUT, "import app.other", "app.other.short(run_id)", "`run_id` is cut"),
        (PARSES, "from app.other import check", "check(run_id)", "`value` is handed to `UUID()`"),
        (
            "def keep(*ids):\n    for one in ids:\n        one[:8]\n",
            "from app.other import keep",
            "keep(1, run_id)",
            "`one` is cut",
        ),
        (
            "def keep(**more):\n    more['run_id'][:8]\n",
            "from app.other import keep",
            "keep(run_id=run_id)",
            "`run_id` is cut",
        ),
        ("from app.third import *\n", "from app.other import short", "short(run_id)", "is cut in"),
        (CUT, SHORT, "pool.submit(short, run_id)", "`run_id` is cut"),
        (CUT, SHORT, "Thread(target=short, args=(run_id,))", "`run_id` is cut"),
        (CUT, SHORT, "partial(short, run_id)", "`run_id` is cut"),
        (CUT, SHORT, "row = [run_id]\n    short(*row)", "`run_id` is cut"),
        (CUT, SHORT, "more = {'run_id': run_id}\n    short(**more)", "`run_id` is cut"),
    ],
)
def test_functions(tmp_path: Path, other: str, imports: str, use: str, says: str) -> None:
    files = {"app/other.py": other, "app/third.py": CUT}
    fix = fix_of(tmp_path, MAKES.format(imports=imports, code=IN_FUNCTION.format(use=use)), files)

    assert says in fix, fix


@pytest.mark.parametrize(
    "code",
    [
        "def make(session):\n    Repository(session).save(run_id := str(uuid.uuid4()))",
        "def make(repo: Repository):\n    repo.save(run_id := str(uuid.uuid4()))",
        "def make(repo: 'Repository | None' = None):\n    repo.save(run_id := str(uuid.uuid4()))",
        "def make(repo: Optional[Repository]):\n    repo.save(run_id := str(uuid.uuid4()))",
        "def make(repo=Depends(Repository)):\n    repo.save(run_id := str(uuid.uuid4()))",
        "def make(s):\n    repo = Repository(s)\n    repo.save(run_id := str(uuid.uuid4()))",
        "def make(s):\n    with get() as r:\n        r.save(run_id := str(uuid.uuid4()))\n"
        "def get() -> Repository: ...",
        "class A:\n    def __init__(self, repo: Repository):\n        self._repo = repo\n"
        "    async def make(self):\n        run_id = str(uuid.uuid4())\n"
        "        await self._repo.save(run_id)",
        "class A:\n    repo: Repository\n"
        "    def make(self):\n        self.repo.save(run_id := str(uuid.uuid4()))",
        "class A(Repository):\n    def make(self):\n        self.save(run_id := str(uuid.uuid4()))",
        "class A(Repository):\n    def save(self, key):\n"
        "        super().save(run_id := str(uuid.uuid4()))",
        "def new():\n    return Repository(1)\ndef make():\n"
        "    new().save(run_id := str(uuid.uuid4()))",
        "repo = Repository(1)\ndef make():\n    repo.save(run_id := str(uuid.uuid4()))",
    ],
)
def test_methods(tmp_path: Path, code: str) -> None:
    imports = "from app.db import Repository"
    files = {"app/db/__init__.py": "from .runs import Repository\n", "app/db/runs.py": REPOSITORY}

    fix = fix_of(tmp_path, MAKES.format(imports=imports, code=code), files)

    assert "no fix: `given` is handed to `UUID()` in app/db/runs.py, line 9" in fix


@pytest.mark.parametrize(
    ("model", "use"),
    [
        ("class Run(BaseModel):\n    run_id: UUID\n", "Run(run_id=run_id)"),
        ("@dataclass\nclass Run:\n    run_id: UUID\n", "Run(run_id)"),
        (
            "class Base:\n    run_id: Mapped[UUID]\n\nclass Run(Base):\n    x = 1\n",
            "Run(run_id=run_id)",
        ),
        ("class Run:\n    def __init__(self, run_id: UUID): ...\n", "Run(run_id)"),
        ("class Run:\n    @classmethod\n    def of(cls, run_id: UUID): ...\n", "Run.of(run_id)"),
        ("class Run:\n    @staticmethod\n    def of(run_id: UUID): ...\n", "Run.of(run_id)"),
    ],
)
def test_classes(tmp_path: Path, model: str, use: str) -> None:
    imports = "from app.other import Run"
    files = {"app/other.py": f"from uuid import UUID\n\n{model}"}
    code = MAKES.format(imports=imports, code=IN_FUNCTION.format(use=use))

    assert "no fix: a UUID object is needed" in fix_of(tmp_path, code, files)


def test_what_a_function_gives_back(tmp_path: Path) -> None:
    files = {"app/other.py": "def clean(text):\n    return text.strip()\n"}
    code = MAKES.format(
        imports="from app.other import clean",
        code=IN_FUNCTION.format(use="other = clean(run_id)\n    return other[:8]"),
    )

    assert "`other` is cut, line" in fix_of(tmp_path, code, files)


def test_through_several_files(tmp_path: Path) -> None:
    files = {
        "app/a.py": "from .b import second\ndef first(run_id):\n    second(run_id)\n",
        "app/b.py": "from .c import third\ndef second(run_id):\n    third(run_id)\n",
        "app/c.py": "def third(run_id):\n    return run_id[:8]\n",
    }
    code = MAKES.format(
        imports="from app.a import first", code=IN_FUNCTION.format(use="first(run_id)")
    )

    assert "`run_id` is cut in app/c.py, line 2" in fix_of(tmp_path, code, files)


@pytest.mark.parametrize(
    ("other", "use"),
    [
        ("def short(run_id, size):\n    return size[:8]\n", "short(run_id, 'x')"),
        ("def short(x):\n    if isinstance(x, list):\n        x[:8]\n", "short(run_id)"),
        ("import logging\nlogger = logging.getLogger()\ndef short(run_id):\n"
         "    logger.info(run_id[:8])\n", "short(run_id)"),
        ("def short(run_id):\n    short(run_id)\n", "short(run_id)"),
        ("def short(run_id", "short(run_id)"),
    ],
)  # fmt: skip
def test_what_does_not_matter(tmp_path: Path, other: str, use: str) -> None:
    code = MAKES.format(imports="from app.other import short", code=IN_FUNCTION.format(use=use))

    assert fix_of(tmp_path, code, {"app/other.py": other}) == "safe"


def test_how_many_models_are_kept_decides_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is read again has other nodes than those that were found in it before."""
    monkeypatch.setattr("ssot_lint.project.others._KEPT", 1)
    files = {
        "app/a.py": "from .b import Base\nclass First(Base):\n    pass\n",
        "app/b.py": "from .c import third\nclass Base:\n    def save(self, run_id):\n"
        "        third(run_id)\n",
        "app/c.py": "def third(run_id):\n    return run_id[:8]\n",
        "app/d.py": "class Other:\n    def save(self, run_id):\n        pass\n",
    }
    code = MAKES.format(
        imports="from app.a import First\nfrom app.d import Other",
        code=IN_FUNCTION.format(use="(First() if session else Other()).save(run_id)"),
    )

    assert "`run_id` is cut in app/c.py, line 2" in fix_of(tmp_path, code, files)


def test_circles_end(tmp_path: Path) -> None:
    files = {
        "app/a.py": "from .b import *\nfrom .b import second as second, make\n"
        "def first(x):\n    return second(x)\nmade = make()\n",
        "app/b.py": "from .a import *\nfrom .a import first as second, made\n"
        "def make() -> 'made': return made.x\n",
    }
    code = MAKES.format(
        imports="from app.a import first, made",
        code=IN_FUNCTION.format(use="made.x.y(run_id)\n    first(run_id)"),
    )

    assert fix_of(tmp_path, code, files) == "safe"


def test_circles_of_classes_and_callbacks_end(tmp_path: Path) -> None:
    files = {
        "app/a.py": "from app.b import B, twice\nclass A(B):\n    run_id = twice\n"
        "    def __init__(self, save): self.save = save\n"
        "    def keep(self, key): self.save(key)\n",
        "app/b.py": "from app.a import A\nfrom app.c import *\nclass B(A):\n"
        "    def other(self, key): return super().keep(key)\n"
        "items = items\ndef twice(save): return save(twice(save))\n",
        "app/c.py": "from app.b import items, twice\ndef again(x): return twice(again)(x)\n",
    }
    code = MAKES.format(
        imports="from app.a import A\nfrom app.b import items\nfrom app.c import again",
        code=IN_FUNCTION.format(
            use="A(again).keep(run_id)\n    items[run_id] = again(run_id)\n    return run_id"
        ),
    )

    assert fix_of(tmp_path, code, files) == "safe"


@pytest.mark.parametrize(
    ("cut", "expected"),
    [
        ("[-6:]", "safe"),
        ("[:26]", "`run_id` is cut"),
        ("[:n]", "`run_id` is cut"),
        ("[4:8]", "cut"),
    ],
)
def test_only_the_end_of_an_id_is_unique(tmp_path: Path, cut: str, expected: str) -> None:
    files = {"app/a.py": f"def first(run_id, n=8):\n    return run_id{cut}\n"}
    code = MAKES.format(
        imports="from app.a import first", code=IN_FUNCTION.format(use="return first(run_id)")
    )

    assert expected in fix_of(tmp_path, code, files)


def test_what_a_loader_makes_is_no_module(tmp_path: Path) -> None:
    """Only of a module that is loaded by its name nothing tells what its functions do."""
    for name in ("made", "loaded"):
        (tmp_path / name).mkdir()
    code = "import importlib\nimport uuid\n\ndef f(source):\n    run_id = str(uuid.uuid4())\n"
    loaded = "    it = importlib.import_module(source)\n    it.keep(run_id)\n"
    made = "    it = source.load()\n    it.keep(run_id)\n"

    assert fix_of(tmp_path / "made", code + made, {}) == "safe"
    says = fix_of(tmp_path / "loaded", code + loaded, {})
    assert says.startswith("unsafe: it goes to `it.keep`")


def test_the_way_there(tmp_path: Path) -> None:
    files = {
        "app/a.py": "from lib.b import second\ndef first(x):\n    y = x\n    second(y)\n",
        "lib/b.py": "def second(run_id):\n    return run_id[:8]\n",
    }
    code = MAKES.format(
        imports="from app.a import first", code=IN_FUNCTION.format(use="first(run_id)")
    )

    (finding,) = findings_of(tmp_path, code, files)

    assert [(step.path, step.location.row, step.says) for step in finding.way] == [
        ("", 6, "it is made here"),
        ("a.py", 3, "it becomes `y`"),
        ("../lib/b.py", 2, "`run_id` is cut"),
    ]


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_reports_show_the_way(tmp_path: Path, form: str) -> None:
    files = {"lib/b.py": "def second(run_id):\n    return run_id[:8]\n"}
    code = MAKES.format(
        imports="from lib.b import second", code=IN_FUNCTION.format(use="second(run_id)")
    )
    write_project(tmp_path, {**files, "app/makes.py": code})

    _, output, _ = run(tmp_path, "check", "--output-format", form)

    if form == "json":
        (finding,) = json.loads(output)
        assert [(Path(one["filename"]).name, one["message"]) for one in finding["related"]] == [
            ("makes.py", "it is made here"),
            ("b.py", "`run_id` is cut"),
        ]
    else:
        (result,) = json.loads(output)["runs"][0]["results"]
        (flow,) = result["codeFlows"][0]["threadFlows"]
        places = [one["location"]["physicalLocation"] for one in flow["locations"]]
        assert [place["artifactLocation"]["uri"] for place in places] == [
            "app/makes.py",
            "lib/b.py",
        ]
        assert [place["region"]["startLine"] for place in places] == [6, 2]


NARROW = """\
class Parcel(Base):
    label_id = Column(String(12))
"""


@pytest.mark.parametrize(
    "call",
    [
        "Parcel(label_id={})",
        "Parcel.objects.create(label_id={})",
        "Parcel.objects.using('other').create(label_id={})",
        "Parcel.new(label_id={})",
        "insert(Parcel).values(label_id={})",
        "models.Parcel.objects.create(label_id={})",
    ],
)
def test_a_column_of_the_class_that_is_written(tmp_path: Path, call: str) -> None:
    made = call.format("str(uuid.uuid4())")
    imports = "from app import models\nfrom app.models import Parcel"
    code = MAKES.format(imports=imports, code=f"def make():\n    return {made}\n")

    fix = fix_of(tmp_path, code, {"app/models.py": NARROW})

    assert "no fix: its width is fixed to 12 characters in app/models.py, line 2" in fix


@pytest.mark.parametrize(
    ("reader", "goes"),
    [
        ("from app import makes\n\nother = makes.uuid.UUID(int=1)\n", False),
        ("import app.makes\n\nother = app.makes.uuid\n", False),
        ("from app import makes as m\n\nother = m.uuid . UUID\n", False),
        ("from app.makes import uuid\n", False),
        ("from .makes import make, uuid as u\n", False),
        ("from app.makes import make\n", True),
        ("from app import makes\nimport uuid\n\nother = uuid.uuid4, makes.make\n", True),
        ("import uuid\n\nother = box.uuid\n", True),
        ("from app import makes\n\nother = makes.make().uuid, box.uuid\n", True),
    ],
)
def test_an_import_that_others_read_stays(tmp_path: Path, reader: str, goes: bool) -> None:
    code = "import uuid\n\n\ndef make():\n    run_id = str(uuid.uuid4())\n    return run_id\n"
    write_project(tmp_path, {"app/makes.py": code, "app/reads.py": reader, "app/__init__.py": ""})

    run(tmp_path, "fix", "--no-cache", ".")

    fixed = (tmp_path / "app/makes.py").read_text()
    assert 'generate_base_id("run")' in fixed
    assert ("import uuid\n" not in fixed) is goes
