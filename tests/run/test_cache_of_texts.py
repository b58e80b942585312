"""What is known of texts: each result is on disk at once, and only what is whole is believed."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

import pytest

from ssot_lint import Settings, check_source
from ssot_lint.config.disk import digest
from ssot_lint.config.reader import SettingsReader
from ssot_lint.model.findings import FileResult
from ssot_lint.run.runner import Options, Runner
from ssot_lint.run.store.cache import Cache
from ssot_lint.run.store.folder import FOLDER, is_cache, remove_cache
from ssot_lint.run.store.lines import Stamp
from tests.helpers.fixture_files import BACKEND
from tests.helpers.in_process import run_flake8

TEXT = "import uuid\nrun_id = str(uuid.uuid4())\n"
RESULT = check_source(TEXT.encode(), "app.py", Settings(root=BACKEND))


def only_file(folder: Path) -> Path:
    (path,) = folder.glob("*.json")
    return path


def kept(folder: Path, *names: str, key: str = "key") -> Cache:
    journal = Cache(folder, key)
    for name in names:
        journal.add(name, TEXT, RESULT)
    return journal


def test_a_result_is_known_to_the_next_process_at_once(tmp_path: Path) -> None:
    kept(tmp_path, "app.py")
    known = Cache(tmp_path, "key")

    assert known.result_of_text("app.py", TEXT, "app.py") == RESULT
    assert known.result_of_text("app.py", TEXT, "./app.py") == check_source(
        TEXT.encode(), "./app.py"
    )
    assert known.result_of_text("app.py", TEXT + "\n", "app.py") is None
    assert known.result_of_text("other.py", TEXT, "other.py") is None
    assert Cache(tmp_path, "other key").result_of_text("app.py", TEXT, "app.py") is None


def test_processes_add_to_one_file_and_later_lines_win(tmp_path: Path) -> None:
    one, other = kept(tmp_path, "a.py"), kept(tmp_path, "a.py")
    one.add("b.py", TEXT, RESULT)
    other.add("a.py", "x = 1\n", FileResult("a.py"))
    known = Cache(tmp_path, "key")

    assert known.result_of_text("b.py", TEXT, "app.py") == RESULT
    assert known.result_of_text("a.py", "x = 1\n", "a.py") == FileResult("a.py")
    assert known.result_of_text("a.py", TEXT, "app.py") is None


def test_names_of_all_kinds_are_kept_apart(tmp_path: Path) -> None:
    names = ["a\tb.py", "a\nb.py", "ä.py", "\udc80.py", 'a".py']
    kept(tmp_path, *names)
    known = Cache(tmp_path, "key")

    assert all(known.result_of_text(name, TEXT, "app.py") == RESULT for name in names)


def test_what_is_damaged_is_as_good_as_not_there(tmp_path: Path) -> None:
    kept(tmp_path, "app.py", "other.py")
    path = only_file(tmp_path)
    whole = path.read_bytes()
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert Cache(tmp_path, "key").result_of_text("app.py", TEXT, "app.py") in (None, RESULT)
        path.write_bytes(whole[:at])
        assert Cache(tmp_path, "key").result_of_text("app.py", TEXT, "app.py") in (None, RESULT)


def test_a_line_that_was_torn_spoils_no_other(tmp_path: Path) -> None:
    """A process may be ended while it writes; others go on."""
    kept(tmp_path, "a.py", "torn.py")
    path = only_file(tmp_path)
    path.write_bytes(path.read_bytes()[:-10])
    kept(tmp_path, "b.py")
    known = Cache(tmp_path, "key")
    found = [known.result_of_text(name, TEXT, "app.py") for name in ("a.py", "torn.py", "b.py")]

    assert found == [RESULT, None, RESULT]


def test_a_run_that_ends_keeps_what_was_added_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "file.py"
    path.write_text(TEXT)
    run = kept(tmp_path, "before.py")
    run.keep("file.py", Stamp.of(str(path)), digest(TEXT.encode()), RESULT)
    kept(tmp_path, "file.py", "gone.py")
    (tmp_path / "before.py").touch()
    run.save(tmp_path)
    known = Cache(tmp_path, "key")

    assert known.result("file.py", str(path), Stamp.of(str(path)))
    assert known.result_of_text("before.py", TEXT, "app.py") == RESULT
    assert known.result_of_text("gone.py", TEXT, "app.py") is None


@pytest.mark.parametrize("values", ["[]", "[[1]],[],[],true,0", "1", "", "[" * 10_000])
def test_wrong_values_are_as_good_as_not_there(tmp_path: Path, values: str) -> None:
    kept(tmp_path, "app.py")
    path = only_file(tmp_path)
    first, line = path.read_text().split("\n")
    _, *known, _, edits, state, answers = line.split("\t")
    rest = "\t".join((*known, values, edits, state, answers))
    path.write_text(f"{first}\n{zlib.crc32(rest.encode()):08x}\t{rest}")

    assert Cache(tmp_path, "key").result_of_text("app.py", TEXT, "app.py") is None


def test_a_file_of_another_key_is_begun_anew(tmp_path: Path) -> None:
    """Names of files are sums of keys, which two keys may share."""
    kept(tmp_path, "app.py")
    path = only_file(tmp_path)
    path.write_text(path.read_text().replace('"key"', '"other"'))
    kept(tmp_path, "new.py")
    known = Cache(tmp_path, "key")

    assert known.result_of_text("app.py", TEXT, "app.py") is None
    assert known.result_of_text("new.py", TEXT, "app.py") == RESULT


def test_lines_that_others_have_replaced_do_not_pile_up(tmp_path: Path) -> None:
    journal = kept(tmp_path, "app.py")
    for number in range(1_010):
        journal.add("app.py", f"x = {number}\n", FileResult("app.py"))
    journal.add("app.py", TEXT, RESULT)
    known = Cache(tmp_path, "key")

    assert len(only_file(tmp_path).read_text().splitlines()) == 2
    assert known.result_of_text("app.py", TEXT, "app.py") == RESULT
    assert Cache(tmp_path, "key").result_of_text("app.py", TEXT, "app.py") == RESULT


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    kept(tmp_path / "cache", "app.py")
    path, outside = only_file(tmp_path / "cache"), tmp_path / "precious"
    outside.write_bytes(path.read_bytes())
    before = outside.read_bytes()
    path.unlink()
    path.symlink_to(outside)
    kept(tmp_path / "cache", "other.py")

    assert outside.read_bytes() == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_in_its_place_ends_nothing(tmp_path: Path) -> None:
    kept(tmp_path, "app.py")
    path = only_file(tmp_path)
    path.unlink()
    os.mkfifo(path)

    assert kept(tmp_path, "app.py").result_of_text("app.py", TEXT, "app.py") == RESULT


def test_a_folder_that_cannot_be_written_to_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")
    journal = kept(tmp_path / "cache", "app.py")

    assert journal.result_of_text("app.py", TEXT, "app.py") == RESULT
    assert (tmp_path / "cache").read_text() == "in the way"


def test_a_text_is_not_taken_for_the_file_with_the_same_bytes(tmp_path: Path) -> None:
    """flake8 reads a file whose encoding there is not as Latin-1; Python would not read it."""
    path, text = tmp_path / "app.py", f"# coding: nonesuch\n{TEXT}"
    path.write_text(text)
    options = Options(use_cache=True, cache_dir=tmp_path / "cache")
    runner = Runner(SettingsReader((), isolated=True), options)

    assert [file.analysed for file in runner.check_files([str(path)])] == [False]
    runner = Runner(SettingsReader((), isolated=True), options)
    assert runner.check_text(text, str(path)).analysed
    runner = Runner(SettingsReader((), isolated=True), options)
    assert [file.analysed for file in runner.check_files([str(path)])] == [False]


# Through flake8


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("SSOT_LINT_CACHE_DIR")
    (tmp_path / "pyproject.toml").write_text("[tool.ssot-lint]\n")
    (tmp_path / "app.py").write_text(TEXT)
    return tmp_path


def forge(path: Path) -> None:
    """Have the cache tell something else of the only file, in a line that is whole."""
    first, line = path.read_text().split("\n")
    rest = line.partition("\t")[2].replace("uuid.uuid4", "forged")
    path.write_text(f"{first}\n{zlib.crc32(rest.encode()):08x}\t{rest}")


@pytest.mark.slow
def test_flake8_asks_the_journal_first(project: Path) -> None:
    first = run_flake8(project, "app.py").stdout
    assert "OST101" in first
    assert run_flake8(project, "app.py").stdout == first
    forge(only_file(project / FOLDER))

    assert "forged" in run_flake8(project, "app.py").stdout
    assert run_flake8(project, "--ssot-no-cache", "app.py").stdout == first
    assert "forged" not in run_flake8(project, "--ssot-user-ids", "owner", "app.py").stdout
    (project / "app.py").write_text(TEXT + "\n")
    assert run_flake8(project, "app.py").stdout == first


def test_flake8_can_leave_no_trace(project: Path) -> None:
    run_flake8(project, "--ssot-no-cache", "app.py")
    assert not (project / FOLDER).exists()
    (project / ".flake8").write_text("[flake8]\nssot-no-cache = true\n")
    run_flake8(project, "app.py")
    assert not (project / FOLDER).exists()


def test_flake8_writes_into_no_folder_of_others(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "docs").mkdir()
    (project / "docs/index.md").touch()
    monkeypatch.setenv("SSOT_LINT_CACHE_DIR", "docs")
    done = run_flake8(project, "app.py")

    assert "OST101" in done.stdout
    assert [path.name for path in (project / "docs").iterdir()] == ["index.md"]
    monkeypatch.setenv("SSOT_LINT_CACHE_DIR", "kept")
    run_flake8(project, "app.py")
    assert only_file(project / "kept")


def test_clean_removes_it(project: Path) -> None:
    run_flake8(project, "app.py")

    assert is_cache(project / FOLDER)
    assert remove_cache(project / FOLDER)
    assert not (project / FOLDER).exists()
