"""What is remembered from run to run: only what is sure to be right."""

from __future__ import annotations

import copy
import json
import math
import os
import random
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ssot_lint import check_source
from ssot_lint.config.disk import digest
from ssot_lint.config.reader import SettingsReader
from ssot_lint.config.settings import Settings
from ssot_lint.engine.checker import Checker
from ssot_lint.ids.generator.reading import builtin_api
from ssot_lint.model.findings import FileResult
from ssot_lint.reports import FORMATS as FORMS
from ssot_lint.reports import renderer
from ssot_lint.run.runner import Options, Runner
from ssot_lint.run.store import cache
from ssot_lint.run.store.cache import Cache, cache_key
from ssot_lint.run.store.folder import FOLDER, remove_caches
from ssot_lint.run.store.lines import Stamp
from tests.doors.test_cli import BAD
from tests.helpers.fixture_files import BACKEND, Fixture, all_fixtures
from tests.helpers.in_process import run

SOURCE = b"import uuid\nrun_id = str(uuid.uuid4())\n"
RESULT = check_source(SOURCE, "app.py", Settings(root=BACKEND))
LATER = 10_000_000_000


@pytest.fixture
def app(tmp_path: Path) -> str:
    path = tmp_path / "app.py"
    path.write_bytes(SOURCE)
    return str(path)


def stamp(path: str, *, later: int = 0) -> Stamp:
    found = Stamp.of(path)
    return found._replace(seen=found.seen + later)


def reported_at(path: str) -> FileResult:
    return check_source(SOURCE, path)


def remembering(folder: Path, path: str, *, later: int = LATER, key: str = "key") -> Cache:
    """A cache on disk that knows the file, looked at so long after it was written."""
    first = Cache(folder, key)
    first.keep("app.py", stamp(path, later=later), digest(SOURCE), RESULT)
    first.save(folder)
    return Cache(folder, key)


def test_unchanged_file_is_not_opened(tmp_path: Path, app: str) -> None:
    known = remembering(tmp_path, app)
    now = stamp(app)
    os.unlink(app)

    assert known.result("app.py", app, now) == reported_at(app)
    assert known.result("app.py", "./app.py", now) == reported_at("./app.py")
    assert known.result("other.py", app, now) is None


def test_file_that_was_new_is_read_again(tmp_path: Path, app: str) -> None:
    """Written in the same tick of the clock as it was looked at: the stamp tells nothing."""
    known = remembering(tmp_path, app, later=0)
    assert known.result("app.py", app, stamp(app)) == reported_at(app)

    before = stamp(app)
    Path(app).write_bytes(SOURCE.replace(b"run_id", b"runner"))
    assert known.result("app.py", app, before) is None


def test_touched_file_is_known_by_its_content(tmp_path: Path, app: str) -> None:
    known = remembering(tmp_path, app)
    os.utime(app, (1, 1))

    assert known.result("app.py", app, stamp(app)) == reported_at(app)


def test_changed_file_of_the_same_size_and_time_is_unknown(tmp_path: Path, app: str) -> None:
    known = remembering(tmp_path, app)
    times = os.stat(app)
    time.sleep(0.02)
    Path(app).write_bytes(SOURCE.replace(b"run_id", b"runner"))
    os.utime(app, ns=(times.st_atime_ns, times.st_mtime_ns))

    assert known.result("app.py", app, stamp(app, later=LATER)) is None


def test_names_of_all_kinds_are_kept_apart(tmp_path: Path, app: str) -> None:
    names = ["a\tb.py", 'a":[.py', "a\\.py", "\u00e4.py", "\udc80.py", "a,\n}].py"]
    first = Cache(tmp_path, 'key "of" \u00e4')
    for number, name in enumerate(names):
        result = replace(RESULT, generated=number)
        first.keep(name, stamp(app, later=LATER), digest(SOURCE), result)
    first.save(tmp_path)
    known = Cache(tmp_path, 'key "of" \u00e4')
    found = [known.result(name, app, stamp(app)) for name in names]

    assert [result and result.generated for result in found] == list(range(len(names)))


def test_a_cache_is_lines_of_json_behind_their_checksums(tmp_path: Path, app: str) -> None:
    remembering(tmp_path, app)
    key, line = only_file(tmp_path).read_bytes().split(b"\n")
    checksum, name, times, content, *result = line.split(b"\t")

    assert (json.loads(key), json.loads(name)) == ("key", "app.py")
    assert int(checksum, 16) == zlib.crc32(line[9:])
    assert bytes.fromhex(content.decode()).hex() == digest(SOURCE)
    assert [len(json.loads(b"[%s]" % part)) for part in (times, *result)] == [4, 5, 1, 0, 1]


def one_for_each_rule() -> list[Fixture]:
    by_rule = {fixture.path.parent.name: fixture for fixture in all_fixtures()}
    return [fixture for rule, fixture in by_rule.items() if rule != "OST900"]


@pytest.mark.parametrize("fixture", one_for_each_rule(), ids=lambda fixture: fixture.name)
def test_result_is_the_same_again(tmp_path: Path, fixture: Fixture) -> None:
    path = str(tmp_path / "file.py")
    Path(path).write_bytes(fixture.source)
    result = check_source(fixture.source, path, fixture.settings())
    first = Cache(tmp_path, "key")
    first.keep("file.py", stamp(path, later=LATER), digest(fixture.source), result)
    first.save(tmp_path)

    assert Cache(tmp_path, "key").result("file.py", path, stamp(path)) == result


def only_file(folder: Path) -> Path:
    """The one that has results: facts lie beside it."""
    (path,) = (one for one in folder.glob("*.json") if b"('facts', " not in one.read_bytes())
    return path


def checked(*lines: bytes, key: bytes = b'"key"') -> bytes:
    """A cache file with these lines, each behind its checksum."""
    return b"\n".join([key, *(b"%08x\t%s" % (zlib.crc32(line), line) for line in lines)])


def content(key: str, entries: dict[str, list[Any]]) -> bytes:
    """A cache file, laid out as the cache does it, with whatever values."""
    lines = []
    for name, (times, known, *values, edits) in entries.items():
        stamp, *parts = (json.dumps(part) for part in (times, known, values, edits))
        first = (stamp.strip("[]").replace(" ", ""), parts[0][1:-1])
        kept = (*first, parts[1][1:-1], parts[2], "", "{}")
        lines.append("\t".join([json.dumps(name), *kept]).encode())
    return checked(*lines, key=json.dumps(key).encode())


ENTRY = [[1, 1, len(SOURCE), 1], digest(SOURCE), [], [], [], True, 0, []]


# As earlier versions wrote it: a checksum for the whole, which is one JSON value.
OLDER = b"""\
%08x
["key",{
"app.py"\t:[1,1,%d,1\t,"%s"\t,[],[],[],true,0\t,[]]
}]
""" % (1, len(SOURCE), digest(SOURCE).encode())

PACKED = [
    [1, 1, len(SOURCE), 1],
    digest(SOURCE),
    [[[2, 14], [2, 26], "OST101", "direct-uuid-call", "m", 2, [[1, 1]], "f", "uuid.uuid4()",
      ["safe", "m"], [[3, 4, "it is cut", "../b.py"]], True]],
    [": warning"],
    [[2, "run_id"]],
    True,
    1,
    [[[[2, 1], [2, 2], "x"]]],
]  # fmt: skip


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"\x80\x04K\x01.",
        b"zzzz\n{}",
        checked(),
        checked(b""),
        checked(b"{}"),
        checked(b'"app.py"'),
        checked(b'"app.py"\t1,2,3\tx\t[]\t[]'),
        checked(b'"app.py"\t1,2,3,4\tx\t[]'),
        checked(json.dumps(["key", {"app.py": ENTRY}]).encode()),
        OLDER,
        OLDER.partition(b"\n")[2],
        content("other key", {"app.py": ENTRY}),
        content("key", {"app.py": [*ENTRY[:2], [[1]], *ENTRY[3:]]}),
        content("key", {"app.py": [*ENTRY[:2], 1, *ENTRY[3:]]}),
        content("key", {"app.py": [*ENTRY[:4], [[1]], *ENTRY[5:]]}),
        content("key", {"app.py": [*ENTRY[:4], *ENTRY[6:]]}),
        checked(b"[" * 100_000),
        checked(b'"app.py"\t1,1,%d,1\tx\t%s\t[]' % (len(SOURCE), b"[" * 100_000)),
        checked(b"\xff\xfe"),
    ],
)
def test_damaged_and_foreign_files_are_as_good_as_not_there(
    tmp_path: Path, app: str, damaged: bytes
) -> None:
    remembering(tmp_path, app)
    only_file(tmp_path).write_bytes(damaged)

    assert Cache(tmp_path, "key").result("app.py", app, stamp(app)) is None
    assert remembering(tmp_path, app).result("app.py", app, stamp(app)) == reported_at(app)


def wrong_values() -> Iterator[list[Any]]:
    """Entries in which one value is of another type, or of a size that no file has."""
    wrongs: list[Any] = [None, "x", math.inf, -1, 1 << 80, [], {}, True, 1.5, [None], "NOPE"]
    for wrong in wrongs:
        for where in places_in(PACKED):
            entry = copy.deepcopy(PACKED)
            *way, last = where
            inside: Any = entry
            for step in way:
                inside = inside[step]
            if type(inside[last]) is not type(wrong) or wrong in ("NOPE", -1, 1 << 80):
                inside[last] = wrong
                yield entry


def places_in(value: Any) -> Iterator[tuple[int, ...]]:
    for index, part in enumerate(value if isinstance(value, list) else ()):
        yield (index,)
        yield from ((index, *way) for way in places_in(part))


def test_wrong_values_are_as_good_as_not_there(tmp_path: Path, app: str) -> None:
    """Whatever stands in an entry, what comes out can be reported and fixed."""
    remembering(tmp_path, app)
    path = only_file(tmp_path)
    believed = 0
    for entry in [PACKED, *wrong_values()]:
        path.write_bytes(content("key", {"app.py": entry}))
        known = Cache(tmp_path, "key")
        found = known.result("app.py", app, stamp(app))
        assert found is not None or entry is not PACKED
        if found is not None:
            believed += 1
            for form in FORMS:
                renderer(form)([found])
            assert found.generated < 1 << 31
        known.keep("new.py", stamp(app), digest(SOURCE), RESULT)
        known.save(tmp_path)
    assert believed > 1


def test_one_wrong_entry_does_not_spoil_others(tmp_path: Path, app: str) -> None:
    remembering(tmp_path, app)
    path = only_file(tmp_path)
    line = path.read_bytes().split(b"\t", 1)[1]
    times = line.split(b"\t")[1]
    lines = [line]
    for name, wrong in ((b"a.py", b"null"), (b"b.py", b'"1"'), (b"c.py", b"1.5,1.5,1.5,1.5")):
        lines.append(line.replace(b"app.py", name).replace(times, wrong))
    path.write_bytes(checked(*lines))
    known = Cache(tmp_path, "key")

    assert known.result("app.py", app, stamp(app)) == reported_at(app)
    assert [known.result(name, app, stamp(app)) for name in ("a.py", "b.py", "c.py")] == [None] * 3


@pytest.mark.slow
def test_no_flipped_bit_is_believed(tmp_path: Path, app: str) -> None:
    remembering(tmp_path, app)
    path = only_file(tmp_path)
    whole = path.read_bytes()
    chance = random.Random(1)
    for _ in range(200):
        spoilt = bytearray(whole)
        spoilt[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        path.write_bytes(spoilt)

        assert Cache(tmp_path, "key").result("app.py", app, stamp(app)) in (None, reported_at(app))


@pytest.mark.parametrize("is_first", [True, False])
def test_runs_side_by_side_add_up(tmp_path: Path, app: str, is_first: bool) -> None:
    if not is_first:
        remembering(tmp_path, app)
    one, other = Cache(tmp_path, "key"), Cache(tmp_path, "key")
    for name, known in (("one.py", one), ("other.py", other)):
        (tmp_path / name).write_bytes(SOURCE)
        known.keep(name, stamp(app, later=LATER), digest(SOURCE), RESULT)
    one.save(tmp_path)
    other.save(tmp_path)
    both = Cache(tmp_path, "key")

    assert both.result("one.py", app, stamp(app))
    assert both.result("other.py", app, stamp(app))


def test_what_nobody_else_has_written_is_not_read_again(
    tmp_path: Path, app: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading a large cache a second time would be most of what a run after one change costs."""
    remembering(tmp_path, app)
    known = Cache(tmp_path, "key")
    known.keep("new.py", stamp(app, later=LATER), digest(SOURCE), RESULT)
    (tmp_path / "new.py").write_bytes(SOURCE)
    with monkeypatch.context() as patched:
        patched.setattr(Cache, "_load", None)
        known.save(tmp_path)
    both = Cache(tmp_path, "key")

    assert both.result("app.py", app, stamp(app))
    assert both.result("new.py", app, stamp(app))


def test_files_that_are_gone_are_forgotten(tmp_path: Path, app: str) -> None:
    known = remembering(tmp_path, app)
    os.rename(app, tmp_path / "new.py")
    known.keep("new.py", stamp(str(tmp_path / "new.py"), later=LATER), digest(SOURCE), RESULT)
    known.save(tmp_path)

    assert b"app.py" not in only_file(tmp_path).read_bytes()


def test_key_holds_all_that_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(root=tmp_path)
    api = builtin_api(settings)
    keys = [
        cache_key(settings, api, ignore_noqa=False),
        cache_key(settings, api, ignore_noqa=True),
        cache_key(replace(settings, ignore=("OST301",)), api, ignore_noqa=False),
        cache_key(replace(settings, choices=(("OST4", True),)), api, ignore_noqa=False),
        cache_key(settings, replace(api, needs=frozenset({"app.a"})), ignore_noqa=False),
        cache_key(settings, replace(api, methods=api.methods[1:]), ignore_noqa=False),
    ]
    monkeypatch.setattr("sys.version", "3.99")
    keys.append(cache_key(settings, api, ignore_noqa=False))
    monkeypatch.undo()
    monkeypatch.setattr(cache, "_packages_stamp", lambda name: (name, "rewritten"))
    keys.append(cache_key(settings, api, ignore_noqa=False))

    assert len(set(keys)) == len(keys)
    many = frozenset(f"app.m{number}" for number in range(50))
    one, other = replace(api, needs=many), replace(api, needs=frozenset(sorted(many)))
    same = {cache_key(settings, known, ignore_noqa=False) for known in (one, other)}
    assert len(same) == 1


def installed(folder: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> object:
    """What tells a package from others that an installer writes into a folder."""
    told = f"made_up/__init__.py,sha256={digest(code.encode())},{len(code)}\n"
    for name, text in (
        ("made_up/__init__.py", code),
        ("made_up-1.0.dist-info/RECORD", f"{told}made_up/__pycache__/a.pyc,,\nother/a.py,,\n"),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    monkeypatch.setattr("sys.path", [str(folder)])
    return cache._packages_stamp("made_up")


def test_a_package_that_is_installed_again_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else nothing would hold that CI has kept of another run."""
    one = installed(tmp_path / "one", "x = 1\n", monkeypatch)
    assert installed(tmp_path / "two", "x = 1\n", monkeypatch) == one
    assert installed(tmp_path / "three", "x = 2\n", monkeypatch) != one
    later = time.time() + 10
    os.utime(tmp_path / "two/made_up/__init__.py", (later, later))  # somebody has tried something
    monkeypatch.setattr("sys.path", [str(tmp_path / "two")])
    assert cache._packages_stamp("made_up") != one


def test_a_file_that_cannot_be_parsed_is_remembered_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "app.py"
    path.write_text("import uuid\nuuid.uuid4(\n")
    options = Options(use_cache=True, cache_dir=tmp_path / "cache")
    (first,) = Runner(SettingsReader((), isolated=True), options).check_files([str(path)])
    monkeypatch.setattr(Checker, "check", None)
    (second,) = Runner(SettingsReader((), isolated=True), options).check_files([str(path)])

    assert not first.analysed
    assert second == first


def test_a_file_that_cannot_be_read_is_not_remembered(tmp_path: Path) -> None:
    path = tmp_path / "app.py"
    path.symlink_to("app.py")
    options = Options(use_cache=True, cache_dir=tmp_path / "cache")
    (result,) = Runner(SettingsReader((), isolated=True), options).check_files([str(path)])

    assert not result.analysed
    assert not (tmp_path / "cache").exists()


def test_a_folder_that_cannot_be_written_to_is_no_error(tmp_path: Path, app: str) -> None:
    (tmp_path / "cache").write_text("in the way")
    known = Cache(tmp_path / "cache", "key")
    known.keep("app.py", stamp(app), digest(SOURCE), RESULT)
    known.save(tmp_path)

    assert (tmp_path / "cache").read_text() == "in the way"


# Through the program


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("SSOT_LINT_CACHE_DIR")
    (tmp_path / "pyproject.toml").write_text("[tool.ssot-lint]\n")
    (tmp_path / "app").mkdir()
    (tmp_path / "app/bad.py").write_text(BAD)
    (tmp_path / "app/good.py").write_text("import os\n")
    return tmp_path


def test_cache_lies_in_the_project(project: Path) -> None:
    assert run(project / "app", "check", "--no-cache")[0] == 1
    assert not (project / FOLDER).exists()

    first, second = (run(project / "app", "check") for _ in range(2))
    assert first == second
    assert first[0] == 1
    assert {path.name for path in (project / FOLDER).iterdir()} == {
        ".gitignore",
        "CACHEDIR.TAG",
        *(path.name for path in (project / FOLDER).glob("*.json")),
    }
    assert only_file(project / FOLDER)

    (project / "app/good.py").write_text("import uuid\nrun_id = uuid.uuid4()\n")
    assert run(project / "app", "check")[1].count("OST101") == 2


def test_fix_uses_what_check_found(project: Path) -> None:
    run(project, "check")
    assert run(project, "fix")[0] == 1
    assert (project / "app/bad.py").read_text() == BAD
    assert run(project, "fix", "--unsafe-fixes")[0] == 0
    assert "uuid" not in (project / "app/bad.py").read_text()
    assert run(project, "check")[0] == 0


def test_clean(project: Path) -> None:
    run(project, "check")
    other = project / "other" / FOLDER
    other.mkdir(parents=True)
    (other / "precious.json").touch()

    assert run(project, "clean") == (0, f"removed {FOLDER}\n", "")
    assert not (project / FOLDER).exists()
    assert (other / "precious.json").exists()
    assert run(project, "clean") == (0, "", "")
    assert run(project, "clean", "nowhere") == (
        2,
        "",
        "ssot-lint: error: nowhere: no such folder\n",
    )


def test_clean_leaves_what_is_not_ours(project: Path) -> None:
    run(project, "check")
    (project / FOLDER / "notes.txt").touch()

    assert list(remove_caches(project)) == [project / FOLDER]
    assert [path.name for path in (project / FOLDER).iterdir()] == ["notes.txt"]


def test_clean_a_folder_of_choice(project: Path) -> None:
    run(project, "check", "--cache-dir", "elsewhere")
    assert run(project, "clean", "elsewhere") == (0, "removed elsewhere\n", "")
    assert not (project / "elsewhere").exists()


def test_cache_dir_must_be_a_folder(project: Path) -> None:
    code, _, errors = run(project, "check", "--cache-dir", "app/bad.py")

    assert (code, errors) == (2, "ssot-lint: error: --cache-dir app/bad.py: is no folder\n")


# What else lies there

OLD = time.time() - 60 * 24 * 3600


def strangers(folder: Path) -> list[Path]:
    """Files of others that have not changed for long, one a link named as a cache's own."""
    found = [folder / name for name in ("package.json", "data.tmp", "notes.txt", "0a1b2c3.json")]
    for path in found:
        path.write_text("{}")
        os.utime(path, (OLD, OLD))
    (folder / "01234567.json").symlink_to("notes.txt")
    return [*found, folder / "01234567.json"]


def test_only_what_is_old_and_ours_is_forgotten(tmp_path: Path, app: str) -> None:
    foreign = strangers(tmp_path)
    names = ("89abcdef.json", "89abcdef.json.a1b2c3_z.tmp", "89abcdef.log")
    own = [tmp_path / name for name in names]
    for path in own:
        path.touch()
        os.utime(path, (OLD, OLD))
    remembering(tmp_path, app)

    assert all(path.exists() for path in foreign)
    assert not any(path.exists() for path in own)


def test_clean_leaves_the_files_of_others(project: Path) -> None:
    run(project, "check", "--cache-dir", "elsewhere")
    foreign = strangers(project / "elsewhere")
    (project / "elsewhere/.gitignore").write_text("*.pyc\n")

    assert run(project, "clean", "elsewhere")[0] == 0
    left = {*(path.name for path in foreign), ".gitignore"}
    assert {path.name for path in (project / "elsewhere").iterdir()} == left


@pytest.mark.parametrize("given", [".", "app", "full"])
def test_cache_dir_must_be_for_nothing_else(project: Path, given: str) -> None:
    (project / "full").mkdir()
    (project / "full/CACHEDIR.TAG").write_text("Signature: 8a477f597d28d172789f06886806bc55\n")
    before = sorted(project.rglob("*"))
    code, out, err = run(project, "check", "--cache-dir", given)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("ssot-lint: error: --cache-dir")
    assert err.endswith("; give one that is for nothing else\n") or f" {given}: is not empty" in err
    assert sorted(project.rglob("*")) == before
    assert run(project, "check", "--no-cache", "--cache-dir", given)[0] == 1


def test_cache_dir_may_be_empty_or_half_made(project: Path) -> None:
    (project / "new").mkdir()
    (project / "new/CACHEDIR.TAG.a1b2c3_z.tmp").touch()

    assert run(project, "check", "--cache-dir", "new")[0] == 1
    assert (project / "new/CACHEDIR.TAG").exists()
    assert run(project, "check", "--cache-dir", "new")[0] == 1


def test_a_link_that_leads_out_is_no_cache(project: Path) -> None:
    outside = project / "outside"
    run(project, "check", "--cache-dir", "outside")
    strangers(outside)
    before = sorted(outside.iterdir())
    inside = project / "app"
    (inside / "pyproject.toml").write_text("[tool.ssot-lint]\n")
    (inside / FOLDER).symlink_to(outside, target_is_directory=True)

    assert run(inside, "check")[0] == 1
    assert run(inside, "clean") == (0, "", "")
    assert sorted(outside.iterdir()) == before


def test_a_link_that_stays_inside_is_a_cache(project: Path) -> None:
    (project / "var").mkdir()
    (project / FOLDER).symlink_to("var", target_is_directory=True)

    assert run(project, "check")[0] == 1
    assert only_file(project / "var")
    assert run(project, "clean") == (0, f"removed {FOLDER}\n", "")
    assert not list((project / "var").iterdir())


@pytest.mark.parametrize("name", [".gitignore", "CACHEDIR.TAG"])
def test_no_link_in_a_cache_is_written_through(project: Path, name: str) -> None:
    (project / FOLDER).mkdir()
    (project / FOLDER / name).symlink_to(project / "made")
    run(project, "check")

    assert not (project / "made").exists()
