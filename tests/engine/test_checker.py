"""From bytes to findings: encodings, places, files that cannot be analysed."""

from __future__ import annotations

import ast
import pickle

import pytest

import ssot_lint
from ssot_lint import FileResult, Settings, check_source
from ssot_lint.fixes.safety.evidence import EvidenceOfForm
from ssot_lint.fixes.safety.forms import Evidence, Form
from ssot_lint.ids.generator.reading import read_generator_api
from tests.helpers.fixture_files import BACKEND

CALL = "import uuid\nx = uuid.uuid4()\n"


def places(result: FileResult) -> list[tuple[int, int, int, int, str]]:
    return [
        (f.location.row, f.location.column, f.end_location.row, f.end_location.column, f.code)
        for f in result.findings
    ]


@pytest.mark.parametrize(
    "source",
    [
        CALL.encode(),
        CALL.replace("\n", "\r\n").encode(),
        CALL.replace("\n", "\r").encode(),
        b"\xef\xbb\xbf" + CALL.encode(),
        CALL.rstrip("\n").encode(),
    ],
    ids=["lf", "crlf", "cr", "bom", "no-final-newline"],
)
def test_places_do_not_depend_on_line_ends(source: bytes) -> None:
    assert places(check_source(source, "a.py")) == [(2, 5, 2, 17, "OST101")]


def test_columns_count_code_points() -> None:
    source = "# coding: latin-1\nimport uuid\nx = 'é', uuid.uuid4()\n".encode("latin-1")

    assert places(check_source(source, "a.py")) == [(3, 10, 3, 22, "OST101")]


def test_form_feeds_do_not_move_columns() -> None:
    source = (
        b"import uuid\n\x0cx = uuid.uuid4()\n"
        b"def f():\n \x0c    y = uuid.uuid4()\n    uuid.uuid4()\n"
    )

    assert places(check_source(source, "a.py")) == [
        (2, 6, 2, 18, "OST101"),
        (4, 11, 4, 23, "OST101"),
        (5, 5, 5, 17, "OST101"),
    ]


def test_an_encoding_that_hides_the_words() -> None:
    source = b"# coding: utf-7\nimport uuid\nx = +AHUAdQBpAGQ.uuid+ADQ()\n"

    assert [f.code for f in check_source(source, "a.py").findings] == ["OST101"]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (b"import uuid\nuuid.uuid4(\n", "syntax error: '(' was never closed"),
        (b"import uuid\nx = '\xff'; uuid.uuid4()\n", "cannot be decoded: 'utf-8' codec"),
        (b"# coding: nothing\nuuid.uuid4()\n", "cannot be decoded: unknown encoding"),
        (CALL.encode("utf-16"), "cannot be decoded"),
        (b"# coding: rot13\nuuid.uuid4()\n", "cannot be decoded: 'rot13' is not a text encoding"),
        (b"# coding: utf-16\nuuid.uuid4()\n", "cannot be decoded: encoding problem: utf-16"),
        (b"uuid4\x00\n", "syntax error: source code"),
        (b"uuid4; x = " + b"(" * 300 + b")" * 300 + b"\n", "too many nested parentheses"),
        (b"uuid4; x = " + b"-" * 90_000 + b"1\n", "nested too deeply"),
    ],
)
def test_what_cannot_be_analysed_is_said(source: bytes, reason: str) -> None:
    result = check_source(source, "a.py")

    assert not result.analysed
    (finding,) = result.findings
    assert finding.code == "OST900"
    assert finding.message.startswith("file not analysed: ")
    assert reason in finding.message
    assert "\n" not in finding.message


def test_a_syntax_error_is_placed() -> None:
    (finding,) = check_source(b"import uuid\n\nuuid4 = = 3\n", "a.py").findings

    assert (finding.location.row, finding.location.column) == (3, 9)


def test_a_file_without_trigger_is_not_parsed() -> None:
    assert check_source(b"this is ( not Python", "a.py") == FileResult("a.py")


def test_long_sums_are_no_reason_to_give_up() -> None:
    source = f"from uuid import uuid4\nx = uuid4(){' + 1' * 600}\n".encode()

    assert [f.code for f in check_source(source, "a.py").findings] == ["OST101"]


def test_a_broken_file_can_be_taken_out() -> None:
    source = b"# flake8: noqa\nimport uuid\nuuid.uuid4(\n"

    assert check_source(source, "a.py") == FileResult("a.py")
    assert not check_source(source, "a.py", ignore_noqa=True).analysed


FALLBACK = b"""\
import uuid
from shared.id_generation import UnifiedIdGenerator
try:
    thread_id = UnifiedIdGenerator.generate_base_id("thread")
except Exception:
    thread_id = "fallback"
    run_id = uuid.uuid4()
"""


@pytest.mark.parametrize(
    ("settings", "codes"),
    [
        (Settings(), ["OST103"]),
        (Settings(ignore=("OST103",)), ["OST301", "OST101"]),
        (Settings(select=("OST101",)), ["OST101"]),
        (Settings(per_file_ignores=(("a.py", ("OST103",)),)), ["OST301", "OST101"]),
    ],
)
def test_nothing_vanishes_when_the_more_specific_rule_is_off(
    settings: Settings, codes: list[str]
) -> None:
    assert [f.code for f in check_source(FALLBACK, "a.py", settings).findings] == codes


def test_per_file_ignores_and_exempt() -> None:
    settings = Settings(per_file_ignores=(("tests/*", ("OST1",)),))

    assert check_source(CALL.encode(), "tests/a.py", settings).findings == ()
    assert check_source(CALL.encode(), "a.py", settings).findings != ()
    assert check_source(CALL.encode(), "shared/id_generation/a.py", settings).findings == ()


def test_relative_imports_of_the_generator_are_resolved() -> None:
    source = b"""
from ..id_generation import UnifiedIdGenerator as A
from ..id_generation.unified_id_generator import UnifiedIdGenerator as B
a = A.generate_user_context_ids("u")
b = B.generate_user_context_ids("u")
"""
    assert [f.code for f in check_source(source, "shared/x/a.py").findings] == ["OST201"]
    assert [f.code for f in check_source(source, "src/shared/x/a.py").findings] == ["OST201"]
    assert check_source(source, "deeper/shared/x/a.py").findings == ()
    assert check_source(source, "a.py").findings == ()


def test_related_place_and_message() -> None:
    source = b"""from shared.id_generation import UnifiedIdGenerator as G
a = G.generate_user_context_ids("u")
b = G.generate_user_context_ids("u")
"""
    (finding,) = check_source(source, "a.py").findings

    assert "first call on line 2" in finding.message
    assert [(place.row, place.column) for place in finding.related] == [(2, 5)]


def test_results_can_be_pickled() -> None:
    result = check_source(CALL.encode(), "a.py")

    assert pickle.loads(pickle.dumps(result)) == result


def test_the_first_name_of_applicability_still_works() -> None:
    result = ssot_lint.check_source(b"import uuid\nrun_id = str(uuid.uuid4())\n", "a.py")
    (finding,) = result.findings

    assert ssot_lint.Safety is ssot_lint.Applicability
    assert finding.safety is finding.applicability
    assert finding.fix is None or finding.fix.safety is finding.fix.applicability


def test_what_speaks_against_an_id_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a fix leads to is looked at for findings alone: not for what may be made of these."""
    asked: list[str] = []
    about = EvidenceOfForm.about

    def noted(self: EvidenceOfForm, node: ast.expr, form: Form) -> Evidence:
        asked.append(ast.unparse(node))
        return about(self, node, form)

    monkeypatch.setattr(EvidenceOfForm, "about", noted)
    source = b"import uuid\ndef f():\n    run_id = str(uuid.uuid4())\n    return run_id\n"

    (finding,) = check_source(
        source, "a.py", api=read_generator_api(Settings(root=BACKEND))
    ).findings

    assert finding.fix is not None
    assert asked == ["str(uuid.uuid4())"]
