"""The language server, asked over standard input and output as editors ask it."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.editor import FULL, PATIENCE_SECONDS, Editor
from tests.helpers.in_process import run
from tests.helpers.projects import write_project

pytestmark = pytest.mark.broad  # processes of their own

BAD = "import uuid\n\n\ndef f():\n    run_id = str(uuid.uuid4())\n    return run_id\n"
UNSAFE = "import uuid\n\n\ndef f():\n    run_id = uuid.uuid4()\n    return run_id\n"
CUT = "import uuid\n\n\ndef f():\n    run_id = str(uuid.uuid4())\n    return run_id[:8]\n"
GOOD = "def f():\n    return 1\n"


@pytest.fixture(scope="module")
def shared() -> Iterator[Editor]:
    """One server for all that need no other: a session finds the settings of each file."""
    with Editor() as editor:
        yield editor


@pytest.fixture
def editor(shared: Editor) -> Iterator[Editor]:
    yield shared
    shared.close_all()
    assert shared.process.poll() is None
    assert "Traceback" not in shared.errors


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_project(tmp_path, {})


def uri_in(root: Path, name: str = "app/a.py") -> str:
    return (root / name).as_uri()


def at(line: int, start: int, end: int | None = None) -> dict[str, Any]:
    first = {"line": line, "character": start}
    return {"start": first, "end": {"line": line, "character": start if end is None else end}}


# Diagnostics


def test_what_is_found_while_somebody_types(editor: Editor, root: Path) -> None:
    uri = uri_in(root)
    editor.open(uri, GOOD)
    assert editor.diagnostics(uri) == []

    version = editor.write(uri, BAD)

    published = editor.published(uri, version)
    (found,) = published["diagnostics"]
    assert (found["code"], found["source"], found["severity"]) == ("OST101", "ssot-lint", 1)
    assert editor.marked(uri, found["range"]) == "uuid.uuid4()"
    assert "bypasses the id generator" in found["message"]


def test_warnings_are_warnings(editor: Editor, root: Path) -> None:
    (root / "pyproject.toml").write_text('[tool.ssot-lint]\nwarn = ["OST101"]\n')
    editor.open(uri_in(root), BAD)

    assert [one["severity"] for one in editor.diagnostics(uri_in(root))] == [2]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("import uuid\nx = '\U0001f600', uuid.uuid4()\n", id="emoji"),
        pytest.param("import uuid\r\n\r\nx = uuid.uuid4()\r\n", id="CRLF"),
        pytest.param("import uuid\rx = uuid.uuid4()\r", id="CR"),
        pytest.param("import uuid\n\f\nx = 'é\f', uuid.uuid4()\n", id="form feed"),
        pytest.param("import uuid\n\fx = uuid.uuid4()\n", id="leading feed"),
        pytest.param(
            "import uuid\ny = '''\v\x1c\x85\u2028'''; x = uuid.uuid4()\n", id="separators"
        ),
        pytest.param("import uuid\nif 1:\n\tx = '\t', uuid.uuid4()\n", id="tabs"),
        pytest.param("\ufeffimport uuid; x = uuid.uuid4()\n", id="BOM"),
        pytest.param("\ufeffimport uuid\nx = '\U0001f600', uuid.uuid4()", id="BOM above"),
        pytest.param("# coding: latin-1\nimport uuid\nx = 'é', uuid.uuid4()\n", id="latin-1"),
    ],
)
def test_ranges_in_utf_16(editor: Editor, root: Path, text: str) -> None:
    uri = uri_in(root)
    editor.open(uri, text)

    (found,) = editor.diagnostics(uri)
    assert editor.marked(uri, found["range"]) == "uuid.uuid4()"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-32"])
def test_ranges_in_the_encoding_that_is_agreed_upon(root: Path, encoding: str) -> None:
    text = "import uuid\nx = 'é\U0001f600', uuid.uuid4()\n"
    capabilities = {**FULL, "general": {"positionEncodings": [encoding, "utf-16"]}}
    with Editor(root, capabilities=capabilities) as editor:
        uri = uri_in(root)
        editor.open(uri, text)

        (found,) = editor.diagnostics(uri)
        assert editor.capabilities["positionEncoding"] == encoding
        assert editor.marked(uri, found["range"]) == "uuid.uuid4()"
        place = found["range"]["start"]
        editor.change(uri, {"range": {"start": place, "end": place}, "text": "1, "})
        (found,) = editor.diagnostics(uri)
        assert editor.marked(uri, found["range"]) == "uuid.uuid4()"


def test_related_places(editor: Editor, root: Path) -> None:
    uri = uri_in(root)
    editor.open(uri, CUT)

    (found,) = editor.diagnostics(uri)
    related = found["relatedInformation"]
    assert [one["message"] for one in related] == ["it is made here", "`run_id` is cut"]
    assert [one["location"]["range"]["start"]["line"] for one in related] == [4, 5]
    assert {one["location"]["uri"] for one in related} == {uri}


def test_related_places_of_other_files(root: Path) -> None:
    cut = "def cut(run_id):\n    '''\U0001f600'''; return run_id[:8]\n"
    makes = (
        "import uuid\nfrom app.cuts import cut\n\n\ndef f():\n    return cut(str(uuid.uuid4()))\n"
    )
    write_more(root, {"app/__init__.py": "", "app/cuts.py": cut, "app/a.py": makes})
    run(root, "check")
    with Editor(root) as editor:
        editor.open(uri_in(root), makes)

        (found,) = editor.diagnostics(uri_in(root))
    places = [one["location"] for one in found["relatedInformation"]]
    assert uri_in(root, "app/cuts.py") in {place["uri"] for place in places}


def test_without_related_places_where_the_client_takes_none(root: Path) -> None:
    with Editor(root, capabilities={}) as editor:
        editor.open(uri_in(root), CUT)

        (found,) = editor.diagnostics(uri_in(root))
        assert "relatedInformation" not in found
        assert editor.asked == []


def write_more(root: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "settings", "text"),
    [
        ("shared/id_generation/more.py", "", BAD),
        ("app/a.py", 'exempt = ["app/**"]', BAD),
        ("app/a.py", 'extend-exclude = ["app"]', BAD),
        ("app/a.py", 'per-file-ignores = { "app/*" = ["OST1"] }', BAD),
        ("app/a.py", "", BAD.replace("())\n", "())  # noqa: OST101\n")),
        ("app/a.py", "", f"# flake8: noqa\n{BAD}"),
    ],
)
def test_what_is_left_alone(
    editor: Editor, root: Path, name: str, settings: str, text: str
) -> None:
    (root / "pyproject.toml").write_text(f"[tool.ssot-lint]\n{settings}\n")
    uri = uri_in(root, name)
    editor.open(uri, text)

    assert editor.diagnostics(uri) == []
    assert editor.actions(uri) == []


def test_what_is_accepted_is_left_alone(editor: Editor, root: Path) -> None:
    write_more(root, {"app/a.py": BAD})
    assert run(root, "baseline")[0] == 0
    uri = uri_in(root)
    editor.open(uri, f"\n\n{BAD}")
    assert editor.diagnostics(uri) == []
    assert editor.actions(uri) == []

    editor.write(uri, f"{BAD}\n\ndef g():\n    order_id = str(uuid.uuid4())\n    return order_id\n")

    (found,) = editor.diagnostics(uri)
    assert found["range"]["start"]["line"] == 9
    (action,) = editor.actions(uri, only=["source.fixAll"])
    assert "run_id = str(uuid.uuid4())" in editor.applied(action)
    assert "order_id = Unified" in editor.applied(action)


@pytest.mark.parametrize(
    ("uri", "language", "count"),
    [
        ("untitled:Untitled-1", "python", 1),
        ("untitled:Untitled-2", "plaintext", 0),
        ("file:///nowhere/at/all.py", "python", 1),
        ("file:///nowhere/at/all.py?x#y", "", 1),
        ("file:///nowhere/at/%FF%00%0a.py", "python", 1),
        ("file:///nowhere/notes.txt", "plaintext", 0),
        ("vscode-notebook-cell:/nowhere/a.ipynb#W0", "python", 0),
        ("git:/nowhere/a.py?ref", "python", 0),
    ],
)
def test_what_is_not_on_disk(editor: Editor, uri: str, language: str, count: int) -> None:
    editor.open(uri, "import uuid\nx = uuid.uuid4()\n", language)
    if count:
        assert len(editor.diagnostics(uri)) == count
    assert editor.request("textDocument/hover", {"textDocument": {"uri": uri}, **where(0, 0)}) in (
        None,
    )
    editor.close(uri)
    assert editor.published(uri)["diagnostics"] == []


def where(line: int, character: int) -> dict[str, Any]:
    return {"position": {"line": line, "character": character}}


def test_closing_takes_diagnostics_away(editor: Editor, root: Path) -> None:
    uri = uri_in(root)
    editor.open(uri, BAD)
    assert editor.codes(uri) == ["OST101"]

    editor.close(uri)

    assert editor.published(uri)["diagnostics"] == []
    assert editor.actions(uri) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "import uuid\nx = '\ud800', uuid.uuid4()\n",
        "import uuid\nx = uuid.uuid4(\n",
        "# coding: no-such\nimport uuid; uuid.uuid4()\n",
        "# coding: ascii\nimport uuid; uuid.uuid4(); 'é'\n",
        f"import uuid; x = uuid.uuid4(), '{'a' * 200_000}'",
        "import uuid\nx = uuid.uuid4()" + "(" * 5_000,
        "import uuid\nx = " + "-" * 20_000 + "uuid.uuid4()\n",
        "\r\n\x0b\x0c\u2028uuid.uuid4()\ud83d",
    ],
    ids=range(10),
)
def test_any_text_is_borne(editor: Editor, root: Path, text: str) -> None:
    uri = uri_in(root)
    editor.open(uri, text)
    editor.diagnostics(uri)
    editor.actions(uri)
    editor.write(uri, BAD)

    assert editor.codes(uri) == ["OST101"]


# Changes


def test_edits_make_what_a_full_text_would_be(editor: Editor, root: Path) -> None:
    """Random edits, in a text whose lines end in all ways, behind what takes two units."""
    chance = random.Random(7)
    pieces = ["\U0001f600", "é", "\r\n", "\n", "\r", "\f", "\u2028", "\x85", "x", "'", "\t", ""]
    uri = uri_in(root)
    for _ in range(12):
        text = "".join(chance.choices(pieces, k=40))
        editor.open(uri, text)
        for _ in range(10):
            places = [
                {"line": chance.randrange(14), "character": chance.randrange(9)} for _ in range(2)
            ]
            start, end = sorted(places, key=lambda one: (one["line"], one["character"]))
            new = "".join(chance.choices(pieces, k=3))
            editor.change(uri, {"range": {"start": start, "end": end}, "text": new})
        # Where the last line is, and how long, tells whether the server has the same text.
        now = editor.text(uri)
        end = {"line": 9999, "character": 0}
        marked = "\nimport uuid\nx = uuid.uuid4()\n"
        version = editor.change(
            uri,
            {"range": {"start": end, "end": end}, "text": marked},
            {"range": {"start": where(0, 0)["position"], "end": end}, "text": f"{now}{marked}"},
        )
        expected = editor.published(uri, version)["diagnostics"]
        editor.close(uri)
        editor.open(uri, f"{now}{marked}")
        assert editor.diagnostics(uri) == expected
        editor.close(uri)


def test_several_changes_at_once_follow_one_another(editor: Editor, root: Path) -> None:
    uri = uri_in(root)
    editor.open(uri, "import uuid\n")
    editor.change(
        uri,
        {"range": at(1, 0), "text": "x = '\U0001f600'\n"},
        {"range": at(1, 8), "text": "; y = uuid.uuid4()"},
        {"range": at(1, 4, 8), "text": "''"},
        {"range": at(1, 0), "text": "\f"},
    )

    (found,) = editor.diagnostics(uri)
    assert editor.marked(uri, found["range"]) == "uuid.uuid4()"


def test_answers_to_older_texts_are_dropped(editor: Editor, root: Path) -> None:
    uri = uri_in(root)
    editor.open(uri, BAD * 20)
    versions = [
        editor.change(uri, {"range": at(0, 0), "text": "#\n"} if step % 2 else {"text": BAD * 20})
        for step in range(30)
    ]

    editor.published(uri, versions[-1])
    editor.wait(0.5)
    assert editor.versions_seen(uri) == []


def test_no_older_answer_comes_behind_a_newer_one(editor: Editor, root: Path) -> None:
    uri = uri_in(root)
    editor.open(uri, BAD)
    seen = []
    for step in range(12):
        version = editor.write(uri, BAD if step % 2 else f"{BAD}{BAD}")
        editor.wait(0.03 * (step % 4))
        seen += editor.versions_seen(uri)
    while not seen or seen[-1] != version:
        seen.append(editor.published(uri)["version"])
    assert seen[-1] == version
    assert seen == sorted(set(seen))


def test_actions_wait_for_the_newest_text(editor: Editor, root: Path) -> None:
    uri = uri_in(root)
    editor.open(uri, GOOD)
    editor.write(uri, BAD)

    titles = [one["title"] for one in editor.actions(uri)]
    assert len(titles) == 3


def test_requests_can_be_cancelled(editor: Editor, root: Path) -> None:
    uri = uri_in(root)
    editor.open(uri, BAD)
    number = editor.ask(
        "textDocument/codeAction",
        {"textDocument": {"uri": uri}, "range": at(4, 0, 30), "context": {"diagnostics": []}},
    )
    editor.notify("$/cancelRequest", {"id": number})

    assert (editor.error(number) or {"code": -32800})["code"] == -32800
    assert editor.codes(uri) == ["OST101"]
    assert len(editor.actions(uri)) == 3


# Fixes


def test_a_quick_fix_makes_what_the_command_makes(editor: Editor, root: Path) -> None:
    write_more(root, {"app/a.py": BAD})
    uri = uri_in(root)
    editor.open(uri, BAD)
    (found,) = editor.diagnostics(uri)

    fix, suppression, everything = editor.actions(uri, found["range"])

    assert fix["title"].startswith("OST101: call `UnifiedIdGenerator.generate_base_id`")
    assert (fix["kind"], fix["isPreferred"]) == ("quickfix", True)
    assert fix["diagnostics"] == [found]
    assert run(root, "fix", "app/a.py")[0] == 0
    fixed = (root / "app/a.py").read_text()
    assert editor.applied(fix) == fixed != BAD
    assert everything["kind"] == "source.fixAll.ssot-lint"
    assert editor.applied(everything) == fixed
    assert suppression["kind"] == "quickfix"
    assert "isPreferred" not in suppression


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "begins", ["", "\ufeff", "# coding: latin-1\n# é\n", "'''\U0001f600\f'''\n"]
)
def test_all_fixes_make_what_the_command_makes(
    editor: Editor, root: Path, begins: str, ends: str
) -> None:
    more = "\n\ndef g(x):\n\torder_id = str(uuid.uuid4()); y = 'é'\n\treturn order_id, y\n"
    text = f"{begins}{BAD}{more}".replace("\n", ends)
    encoding = "latin-1" if "latin-1" in begins else "utf-8"
    (root / "app").mkdir()
    (root / "app/a.py").write_bytes(text.encode(encoding))
    uri = uri_in(root)
    editor.open(uri, text)

    (action,) = editor.actions(uri, only=["source.fixAll"])

    assert run(root, "fix", "app/a.py")[0] == 0
    assert editor.applied(action) == (root / "app/a.py").read_bytes().decode(encoding)
    editor.write(uri, editor.applied(action))
    assert editor.diagnostics(uri) == []
    assert editor.actions(uri) == []


def test_unsafe_fixes_say_so_and_are_not_preferred(editor: Editor, root: Path) -> None:
    uri = uri_in(root)
    editor.open(uri, UNSAFE)

    fix, _ = editor.actions(uri)

    assert fix["title"].endswith(" (unsafe: may change the meaning)")
    assert "isPreferred" not in fix
    assert "generate_base_id" in editor.applied(fix)
    assert editor.actions(uri, only=["source.fixAll.ssot-lint"]) == []


@pytest.mark.parametrize(
    ("only", "kinds"),
    [
        (["quickfix"], ["quickfix", "quickfix"]),
        (["source"], ["source.fixAll.ssot-lint"]),
        (["source.fixAll.ssot-lint"], ["source.fixAll.ssot-lint"]),
        (["source.fixAll.ruff"], []),
        (["source.organizeImports"], []),
        (["refactor"], []),
    ],
)
def test_kinds_that_are_asked_for(
    editor: Editor, root: Path, only: list[str], kinds: list[str]
) -> None:
    uri = uri_in(root)
    editor.open(uri, BAD)

    assert [one["kind"] for one in editor.actions(uri, at(0, 0), only)] == (
        kinds if only[0] != "quickfix" else []
    )
    assert [one["kind"] for one in editor.actions(uri, at(4, 20), only)] == kinds


def test_actions_for_what_the_client_names(editor: Editor, root: Path) -> None:
    """Neovim asks at its cursor, and names what is on the line."""
    uri = uri_in(root)
    editor.open(uri, BAD)
    found = editor.diagnostics(uri)

    assert editor.actions(uri, at(4, 0)) == []
    assert len(editor.actions(uri, at(4, 0), named=found)) == 3


def test_fixes_for_clients_without_versions(root: Path) -> None:
    with Editor(root, capabilities={}) as editor:
        uri = uri_in(root)
        editor.open(uri, BAD)

        fix, *_ = editor.actions(uri)
        assert "documentChanges" not in fix["edit"]
        assert "generate_base_id" in editor.applied(fix)


@pytest.mark.parametrize(
    "text",
    [
        BAD,
        BAD.replace("\n", "\r\n"),
        f"\ufeff{BAD}",
        "import uuid\nx = '\U0001f600', uuid.uuid4()",
        "import uuid\nx = uuid.uuid4()  # noqa: F401\n",
        "import uuid\nx = uuid.uuid4(), '''\n'''\n",
    ],
)
def test_what_is_suppressed_is_silent(editor: Editor, root: Path, text: str) -> None:
    uri = uri_in(root)
    editor.open(uri, text)
    *_, suppression = editor.actions(uri, only=["quickfix"])
    assert suppression["title"] == "OST101: suppress with `# noqa`"

    editor.write(uri, editor.applied(suppression))

    assert editor.diagnostics(uri) == []
    assert "OST101" in editor.text(uri)


def test_a_comment_is_that_of_the_command_line(editor: Editor, root: Path) -> None:
    write_more(root, {"app/a.py": BAD})
    uri = uri_in(root)
    editor.open(uri, BAD)
    _, suppression = editor.actions(uri, only=["quickfix"])

    run(root, "check", "--add-noqa", "app/a.py")

    assert editor.applied(suppression) == (root / "app/a.py").read_text()


def test_where_no_comment_helps_none_is_offered(editor: Editor, root: Path) -> None:
    uri = uri_in(root)
    editor.open(uri, "import uuid\nx = uuid.uuid4(), ' # noqa: F401'\ny = (\n")

    assert editor.codes(uri) == ["OST900"]
    assert editor.actions(uri) == []


# Pages


def test_the_page_of_a_rule_in_the_words_of_the_project(editor: Editor, root: Path) -> None:
    (root / "pyproject.toml").write_text('[tool.ssot-lint]\ngenerator = "acme.ids.Ids"\n')
    uri = uri_in(root)
    editor.open(uri, BAD)
    (found,) = editor.diagnostics(uri)

    shown = editor.request("textDocument/hover", {"textDocument": {"uri": uri}, **where(4, 20)})

    assert shown["range"] == found["range"]
    assert shown["contents"]["kind"] == "markdown"
    page = shown["contents"]["value"]
    assert page.startswith("# OST101 direct-uuid-call\n")
    assert "acme.ids" in page
    nothing = editor.request("textDocument/hover", {"textDocument": {"uri": uri}, **where(0, 0)})
    assert nothing is None


# Settings


def test_settings_are_read_again_when_they_are_saved(editor: Editor, root: Path) -> None:
    uri = uri_in(root)
    editor.open(uri, BAD)
    assert editor.codes(uri) == ["OST101"]

    (root / "pyproject.toml").write_text('[tool.ssot-lint]\nignore = ["OST101"]\n')
    editor.save(uri_in(root, "pyproject.toml"))
    assert editor.codes(uri) == []

    (root / "pyproject.toml").write_text("[tool.ssot-lint]\nignore = 1\n")
    editor.notify("workspace/didChangeWatchedFiles", {"changes": []})
    (found,) = editor.diagnostics(uri)
    assert found["code"] == "OST900"
    assert "`ignore`" in found["message"] or "ignore" in found["message"]

    (root / "pyproject.toml").write_text("[tool.ssot-lint]\n")
    change = {"uri": uri_in(root, "pyproject.toml"), "type": 2}
    editor.notify("workspace/didChangeWatchedFiles", {"changes": [change]})
    assert editor.codes(uri) == ["OST101"]


def test_the_generator_is_read_again(editor: Editor, root: Path) -> None:
    source = root / "shared/id_generation/unified_id_generator.py"
    uri = uri_in(root)
    editor.open(uri, BAD)
    editor.diagnostics(uri)
    assert [one.get("isPreferred") for one in editor.actions(uri)][:1] == [True]

    source.write_text("class UnifiedIdGenerator:\n    pass\n")
    editor.notify(
        "workspace/didChangeWatchedFiles", {"changes": [{"uri": source.as_uri(), "type": 2}]}
    )

    editor.diagnostics(uri)
    assert [one["title"] for one in editor.actions(uri)] == ["OST101: suppress with `# noqa`"]


def test_the_baseline_is_read_again(editor: Editor, root: Path) -> None:
    write_more(root, {"app/a.py": BAD})
    uri = uri_in(root)
    editor.open(uri, BAD)
    assert editor.codes(uri) == ["OST101"]

    run(root, "baseline")
    editor.notify("workspace/didChangeWatchedFiles", {"changes": []})

    assert editor.codes(uri) == []


def test_what_other_files_say_is_what_the_last_run_has_left(root: Path) -> None:
    makes = "import uuid\n\n\ndef f(db):\n    db.add(Run(run_id=str(uuid.uuid4())))\n"
    model = "class Run(Base):\n    run_id = Column(UUID())\n"
    write_more(root, {"app/a.py": makes, "app/models.py": model})
    uri = uri_in(root)
    with Editor(root) as editor:
        editor.open(uri, makes)
        editor.diagnostics(uri)
        assert editor.actions(uri, only=["source"]) != []

        run(root, "check")
        editor.save(uri)

        editor.diagnostics(uri)
        assert editor.actions(uri, only=["source"]) == []


def test_files_to_watch_are_asked_for(editor: Editor) -> None:
    (asked,) = [one for one in editor.asked if one["method"] == "client/registerCapability"]
    (wanted,) = asked["params"]["registrations"]
    assert wanted["method"] == "workspace/didChangeWatchedFiles"
    patterns = {one["globPattern"] for one in wanted["registerOptions"]["watchers"]}
    assert {"**/pyproject.toml", "**/.ssot-lint-baseline.json", "**/*.py"} <= patterns


def test_each_folder_has_its_own_settings(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "one/other"
    for folder, ignored in ((one, "[]"), (other, '["OST101"]')):
        folder.mkdir()
        write_project(folder, {})
        (folder / "pyproject.toml").write_text(f"[tool.ssot-lint]\nignore = {ignored}\n")
    with Editor(one, other) as editor:
        for folder in (one, other):
            editor.open(uri_in(folder), BAD)
        assert editor.codes(uri_in(one)) == ["OST101"]
        assert editor.codes(uri_in(other)) == []

        gone = {"uri": other.as_uri(), "name": "other"}
        for event in ({"removed": [gone], "added": []}, {"removed": [], "added": [gone]}):
            editor.notify("workspace/didChangeWorkspaceFolders", {"event": event})
            assert editor.codes(uri_in(one)) == ["OST101"]
            assert editor.codes(uri_in(other)) == []


def test_what_limits_fixes_is_logged_once(root: Path) -> None:
    (root / "shared/id_generation/unified_id_generator.py").write_text(
        "class UnifiedIdGenerator:\n    pass\n"
    )
    with Editor(root) as editor:
        for name in ("app/a.py", "app/b.py"):
            editor.open(uri_in(root, name), BAD)
            editor.diagnostics(uri_in(root, name))
        assert len([line for line in editor.logged if "UnifiedIdGenerator" in line]) == 1


# Beginning and ending


def test_goodbye(root: Path) -> None:
    with Editor(root) as editor:
        editor.open(uri_in(root), BAD)
        assert editor.end() == 0
        assert editor.errors == ""


def test_a_client_that_goes_without_a_word(root: Path) -> None:
    with Editor(root) as editor:
        editor.notify("exit", None)
        assert editor.process.wait(PATIENCE_SECONDS) == 1
    with Editor(root) as editor:
        assert editor.process.stdin is not None
        editor.process.stdin.close()
        assert editor.process.wait(PATIENCE_SECONDS) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="looks for a process in /proc")
def test_a_process_that_is_killed_is_replaced(root: Path) -> None:
    with Editor(root) as editor:
        uri = uri_in(root)
        editor.open(uri, BAD)
        assert editor.codes(uri) == ["OST101"]
        pid = editor.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for child in children:
            Path(f"/proc/{child}/oom_score_adj").read_text()  # it is there
            subprocess.run(["kill", f"-{signal.SIGKILL}", child], check=True)

        editor.write(uri, f"{BAD}\n")
        (found,) = editor.diagnostics(uri)
        assert found["code"] == "OST900"
        assert "the process that analysed it ended with code -9" in found["message"]

        editor.write(uri, BAD)
        assert editor.codes(uri) == ["OST101"]
        assert editor.end() == 0


def test_what_takes_too_long_is_given_up(root: Path) -> None:
    slow = BAD + "".join(f"\n\ndef f{i}():\n    return str(uuid.uuid4())\n" for i in range(2_000))
    with Editor(root, args=("--timeout", "0.05")) as editor:
        uri = uri_in(root)
        editor.open(uri, slow)
        (found,) = editor.diagnostics(uri)
        assert found["code"] == "OST900"
        assert "it takes longer than 0.05 s; exclude it, or raise --timeout" in found["message"]


def test_messages_that_make_no_sense(editor: Editor, root: Path) -> None:
    editor.notify("textDocument/didChange", {"textDocument": {"uri": "file:///x.py", "version": 3}})
    editor.notify("textDocument/didOpen", {"nothing": 1})
    editor.notify("no/such", [1])
    number = editor.ask("no/such", {})
    assert editor.error(number)["code"] == -32601
    editor.notify(
        "textDocument/didChange",
        {
            "textDocument": {"uri": "file:///unknown.py", "version": 3},
            "contentChanges": [{"text": "x"}],
        },
    )
    editor.close("file:///unknown.py")

    uri = uri_in(root)
    editor.open(uri, BAD)
    assert editor.codes(uri) == ["OST101"]


def test_without_pygls(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygls", None)

    expected = "ssot-lint: error: the server needs pygls: pip install 'ssot-lint[server]'\n"
    assert run(root, "server") == (2, "", expected)
