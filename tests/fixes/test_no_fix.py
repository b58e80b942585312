"""What is never fixed: each entry of the list is explained, and neither mode touches it."""

from __future__ import annotations

import pytest

from ssot_lint import Applicability, Settings, check_source, fix_source

NEVER = {
    # A UUID object is needed.
    "run_id: uuid.UUID = uuid4()": "a UUID object is needed",
    "run_id: 'uuid.UUID' = uuid4()": "a UUID object is needed",
    "run_id = uuid4().bytes": "a UUID object is needed: its `bytes` is used",
    "run_id = uuid4().int": "a UUID object is needed: its `int` is used",
    "run_id = uuid4().fields[0]": "a UUID object is needed: its `fields` is used",
    "run_id = uuid.UUID(str(uuid4()))": "it is handed to `UUID()`",
    "def f(x):\n    run_id = uuid4()\n    return uuid.UUID(x) == run_id": "is compared with a UUID",
    "def f():\n    run_id = str(uuid4())\n    return uuid.UUID(run_id)": "handed to `UUID()`",
    "def f():\n    run_id = uuid4()\n    return run_id.hex": "`run_id` is used as a UUID object",
    "def f():\n    run_id = uuid4()\n    return run_id.bytes": "`run_id` is used as a UUID object",
    "def make_id() -> uuid.UUID:\n    return uuid4()": "a UUID object is needed",
    "class A:\n    id = Column(UUID(as_uuid=True), default=lambda: str(uuid4()))": "it is declared",
    "class A:\n    id = Column(UUID(as_uuid=True), default=uuid4)": "that is how it is declared",
    "class A:\n    id: uuid.UUID = field(default_factory=uuid4)": "that is how it is annotated",
    "class A:\n    id = UUIDField(default=uuid4)": "that is how it is declared",
    "@dataclass\nclass A:\n    run_id: UUID\na = A(run_id=uuid4())": "how `run_id` is annotated",
    # The width or the alphabet is fixed.
    "class A:\n    id = Column(String(34), default=lambda: str(uuid4()))": "fixed to 34 characters",
    "class A:\n    id = Field(max_length=34, default_factory=lambda: str(uuid4()))": "fixed to 34",
    "class A:\n    id = Field(pattern='x', default_factory=lambda: str(uuid4()))": "fixes its form",
    "span_id = uuid4().hex[:16]": "width and alphabet are fixed",
    "span_id = str(uuid4().hex[:16])": "width and alphabet are fixed",
    "trace_id = uuid4().hex": "width and alphabet are fixed",
    'headers = {"traceparent": f"00-{uuid4().hex}-01"}': "the trace headers fix",
    # It is cut later.
    "def f():\n    run_id = str(uuid4())\n    return run_id[:8]": "`run_id` is cut, line",
    "def f():\n    run_id = str(uuid4())\n    return run_id.split('-')": "taken apart, line",
    "def f():\n    run_id = str(uuid4())\n    return len(run_id)": "is measured, line",
    "def f():\n    run_id = str(uuid4())\n    return lambda: run_id[:8]": "is cut, line",
    "class A:\n    def f(self):\n        self.run_id = str(uuid4())\n"
    "    def g(self):\n        return self.run_id[:8]": "`run_id` is cut, line",
    "def make_run_id():\n    return str(uuid4())\nshort = make_run_id()[:8]": "the result of",
    "def parse_run_id(run_id): ...\nrun_id = str(uuid4())": "takes such ids apart",
    # A secret.
    'claims = {"jti": str(uuid4())}': "`jti` is a secret; use `secrets.token_urlsafe()`",
    "nonce = uuid4().hex": "`nonce` is a secret",
    "access_token = str(uuid4())": "`access_token` is a secret",
    "client_secret = str(uuid4())": "is a secret",
    "csrf_id = str(uuid4())": "is a secret",
    "login(password=str(uuid4()))": "`password` is a secret",
    "redirect(state=str(uuid4()))": "`state` is a secret",
    "def create_token_id():\n    return str(uuid4())": "is a secret",
    'value_id = f"reset_token_{uuid4()}"': "is a secret",
    "api_key = str(uuid4())": "`api_key` is a secret",
    'keys = {"api_keys": [str(uuid4())]}': "`api_keys` is a secret",
    'value_id = f"secret-key-{uuid4()}"': "`secret-key` is a secret",
    # Nothing to go by.
    "suffix = uuid4().hex[:8]": "nothing here says what kind of id it is",
    "print(str(uuid4()))": "nothing here says what kind of id it is",
    'log.info(f"made {uuid4()} now")': "it is part of a text that is no id",
    'path_id = f"/tmp/{uuid4()}"': "it is part of a text that is no id",
    "fine = str(uuid4()) == other": "it is compared",
    "new = uuid4\nrun_id = str(new())": "it is called through the alias `new`",
    "raw = str(uuid4()).encode()": "its form is used: `.encode()`",
    "names = map(uuid4, names)": "nothing in sight says what becomes of it",
}
BEFORE = "import uuid\nfrom uuid import UUID, uuid4\n"


@pytest.mark.parametrize("code", NEVER)
def test_never_fixed_and_the_message_says_why(code: str) -> None:
    source = (BEFORE + code).encode()
    findings = check_source(source, "a.py").findings

    assert any(NEVER[code] in finding.message for finding in findings), findings
    assert {finding.applicability for finding in findings} == {Applicability.DISPLAY}
    for unsafe in (False, True):
        assert fix_source(source, "a.py", unsafe=unsafe).source is None


UNSAFE = [
    "raw_id = uuid4()",
    "lock_id = str(uuid4())",
    'file_name = f"export_{uuid4().hex}.json"',
    'table_name = f"tmp_{uuid4().hex[:8]}"',
    "idempotency_key = str(uuid4())",
    "hash_id = uuid4().hex",
    "client = str(uuid4())",
    "class A:\n    id: str = field(default_factory=uuid4)",
]


@pytest.mark.parametrize("code", UNSAFE)
def test_unsafe_at_most(code: str) -> None:
    source = (BEFORE + code).encode()

    assert fix_source(source, "a.py").source is None
    fixed = fix_source(source, "a.py", unsafe=True).source
    assert fixed is not None
    assert b"UnifiedIdGenerator.generate_base_id(" in fixed


def test_a_package_of_the_name_of_the_installed_one_is_not_fixed() -> None:
    settings = Settings(exempt=())
    source = b"import uuid\nrun_id = str(uuid.uuid4())\n"
    result = fix_source(source, "shared/id_generation/helpers.py", settings, unsafe=True)

    assert result.source is None
    assert "hides the installed one of the generator" in result.result.findings[0].message


def test_imports_of_a_package_stay() -> None:
    source = b"import uuid\nfrom uuid import uuid4\n\nrun_id = str(uuid4())\n"

    fixed = fix_source(source, "pkg/__init__.py").source
    assert fixed is not None
    assert fixed.startswith(b"import uuid\nfrom uuid import uuid4\n")
    moved = fix_source(source, "pkg/module.py").source
    assert moved is not None
    assert b"uuid4" not in moved


USE = "UnifiedIdGenerator.generate_base_id('run')"
LOCAL = "from shared.id_generation import UnifiedIdGenerator"
SHADOWED = f"def f(a):\n    if a:\n        {LOCAL}\n    return {USE}\n"
NEVER_MOVED = {
    f"{SHADOWED}UnifiedIdGenerator = 1": "is not sure to be the generator at module level",
    f"{SHADOWED}def g(UnifiedIdGenerator): ...": "is a name for something else in this file",
    f"{SHADOWED}def g():\n    global UnifiedIdGenerator\n    {LOCAL}": "is not sure to be the",
    f"def f(a, b):\n    if a:\n        {LOCAL}\n    elif b:\n        UnifiedIdGenerator = b\n"
    f"    return {USE}": "`UnifiedIdGenerator` gets other values in the function, too",
    f"def f(a, UnifiedIdGenerator):\n    del UnifiedIdGenerator\n    if a:\n        {LOCAL}\n"
    f"    return {USE}": "gets other values in the function, too",
    f"try:\n    {LOCAL}\nexcept ImportError:\n    pass\n{SHADOWED}": "run without the generator",
    f"{SHADOWED}def g():\n    try:\n        {LOCAL}\n    except ImportError:\n        pass": (
        "run without the generator"
    ),
    SHADOWED.replace(LOCAL, f"{LOCAL}  # noqa: F811"): "the line of the import carries a `noqa`",
    "def f(a):\n    if a:\n        import shared.id_generation as g\n    return g": (
        "`g` is a whole package or module"
    ),
}


@pytest.mark.parametrize("code", NEVER_MOVED)
def test_imports_that_stay_and_the_message_says_why(code: str) -> None:
    findings = check_source(code.encode(), "a.py").findings

    assert {finding.code for finding in findings} == {"OST203"}
    assert all(NEVER_MOVED[code] in finding.message for finding in findings), findings
    assert fix_source(code.encode(), "a.py", unsafe=True).source is None


def test_no_import_goes_where_a_package_hides_the_installed_one() -> None:
    result = fix_source(SHADOWED.encode(), "shared/id_generation/b.py", Settings(exempt=()))

    assert result.source is None
    assert "hides the installed one of the generator" in result.result.findings[0].message
