"""Where settings come from, and what is said about bad ones."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ssot_lint.config.bans import Ban, ban_of
from ssot_lint.config.reader import SettingsReader, has_section
from ssot_lint.config.settings import Settings, render_settings
from ssot_lint.model.errors import UserError
from ssot_lint.rules.registry import CODES, enabled_codes

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    monkeypatch.chdir(tmp_path)

    def write_file(name: str, content: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return path

    return write_file


def test_the_nearest_section_wins(write: Write, tmp_path: Path) -> None:
    write("pyproject.toml", '[tool.ssot-lint]\nignore = ["OST101"]\n')
    write("service/pyproject.toml", '[tool.ssot-lint]\nignore = ["OST301"]\n')
    write("other/pyproject.toml", "[project]\nname = 'other'\n")
    reader = SettingsReader(CODES)

    assert reader.for_file(tmp_path / "a.py").ignore == ("OST101",)
    assert reader.for_file(tmp_path / "service/deep/a.py").ignore == ("OST301",)
    assert reader.for_file(tmp_path / "other/a.py").ignore == ("OST101",)
    assert reader.for_file(tmp_path / "service/a.py").root == tmp_path / "service"


def test_config_serves_for_all_files(write: Write, tmp_path: Path) -> None:
    write("pyproject.toml", '[tool.ssot-lint]\nignore = ["OST101"]\n')
    config = write("conf/lint.toml", '[tool.ssot-lint]\nignore = ["OST301"]\n')

    settings = SettingsReader(CODES, config=config).for_file(tmp_path / "a.py")

    assert (settings.ignore, settings.root) == (("OST301",), tmp_path)


def test_isolated_reads_nothing(write: Write, tmp_path: Path) -> None:
    write("pyproject.toml", "[tool.ssot-lint]\nnonsense = 1\n")

    settings = SettingsReader(CODES, isolated=True).for_file(tmp_path / "a.py")

    assert settings == Settings(root=tmp_path)


def test_without_a_section_the_repository_is_the_root(write: Write, tmp_path: Path) -> None:
    write("repo/.git/HEAD", "")
    write("repo/service/pyproject.toml", "[project]\n")

    assert SettingsReader(CODES).for_file(tmp_path / "repo/service/a.py").root == tmp_path / "repo"


def test_every_key_is_taken(write: Write, tmp_path: Path) -> None:
    write(
        "pyproject.toml",
        """
        [tool.ssot-lint]
        generator = "ids.Maker"
        generator-aliases = ["ids.api.Maker"]
        context-method = "all_ids"
        context-ids = ["a_id", "b_id"]
        id-method = "one"
        validators = ["ok"]
        id-prefixes = { a_id = "a_" }
        kind-prefixes = { a = "aa" }
        context-classes = ["Ctx"]
        sentinels = ["nil"]
        banned-calls = ["uuid.uuid4"]
        extend-banned-calls = ["ulid.*", { call = "a.b", use = "ids.c", only-for-ids = true }]
        exempt = ["ids/**"]
        select = ["OST1", "OST301"]
        extend-select = ["OST201"]
        ignore = ["OST102"]
        per-file-ignores = { "tests/*" = ["OST1"] }
        exclude = ["old"]
        extend-exclude = ["older"]
        """,
    )
    settings = SettingsReader(CODES).for_file(tmp_path / "a.py")

    assert settings == Settings(
        generator="ids.Maker",
        generator_aliases=("ids.api.Maker",),
        context_method="all_ids",
        context_ids=("a_id", "b_id"),
        id_method="one",
        validators=("ok",),
        id_prefixes=(("a_id", "a_"),),
        kind_prefixes=(("a", "aa"),),
        context_classes=("Ctx",),
        sentinels=("nil",),
        banned_calls=("uuid.uuid4",),
        extend_banned_calls=(Ban("ulid.*"), Ban("a.b", "ids.c", only_for_ids=True)),
        exempt=("ids/**",),
        select=("OST1", "OST301"),
        extend_select=("OST201",),
        ignore=("OST102",),
        per_file_ignores=(("tests/*", ("OST1",)),),
        exclude=("old",),
        extend_exclude=("older",),
        root=tmp_path,
        source=tmp_path / "pyproject.toml",
    )
    assert settings.ignored_in(str(tmp_path / "tests/test_a.py")) == ("OST1",)
    assert settings.ignored_in(str(tmp_path / "src/a.py")) == ()
    assert settings.is_exempt(str(tmp_path / "ids/deep/a.py"))
    assert not settings.is_exempt(str(tmp_path / "other/ids/a.py"))


def test_the_generators_own_module_is_exempt(tmp_path: Path) -> None:
    settings = Settings(
        generator="acme.ids.Maker", generator_aliases=("acme.Maker",), root=tmp_path
    )
    exempt = ["acme/ids.py", "src/acme/ids.py", "acme/ids/__init__.py", "acme/__init__.py"]

    assert all(settings.is_exempt(str(tmp_path / path)) for path in exempt)
    assert not settings.is_exempt(str(tmp_path / "acme/other.py"))


def test_the_section_with_an_underscore_is_an_error(write: Write, tmp_path: Path) -> None:
    write("pyproject.toml", "[tool.ssot_lint]\n")

    with pytest.raises(UserError, match=r"\[tool.ssot_lint\] is not read; call it"):
        SettingsReader(CODES).for_file(tmp_path / "a.py")


def test_the_rendered_defaults_are_the_defaults(write: Write, tmp_path: Path) -> None:
    write("pyproject.toml", render_settings())
    settings = SettingsReader(CODES).for_file(tmp_path / "a.py")

    assert settings == Settings(root=tmp_path, source=tmp_path / "pyproject.toml")


def many(key: str, entry: str, count: int) -> str:
    """A setting with so many entries, numbered at `{}`."""
    entries = ", ".join(entry.format(number) for number in range(count))
    return f"{key} = {{ {entries} }}" if "=" in entry else f"{key} = [{entries}]"


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ('exmpt = ["a"]', "[tool.ssot-lint] has no setting `exmpt`; did you mean `exempt`?"),
        ("banned_calls = []", "has no setting `banned_calls`; did you mean `banned-calls`?"),
        ("zzz = 1", "[tool.ssot-lint] has no setting `zzz`"),
        ('generator = "Maker"', "`generator` must be a dotted name such as"),
        ('generator = "ids..Maker"', "`generator` must be a dotted name such as"),
        ('generator = "ids.class"', "`generator` must be a dotted name such as"),
        ("generator = 3", "`generator` must be a string, not a number"),
        ('banned-calls = "uuid.uuid4"', "`banned-calls` must be a list of strings, not a string"),
        ('banned-calls = ["uuid4"]', "`banned-calls` must be a dotted name"),
        ('extend-banned-calls = "a.b"', "`extend-banned-calls` must be a list, not a string"),
        ("extend-banned-calls = [1]", "must be a list of dotted names, and of tables with `call`"),
        ('extend-banned-calls = ["make"]', "must name a function with its module: 'make'"),
        ('extend-banned-calls = ["*"]', "must name a function such as `nanoid.generate`, or"),
        ('extend-banned-calls = ["a.*.b"]', "must name a function such as `nanoid.generate`, or"),
        (
            "extend-banned-calls = [{ use = 'a.b' }]",
            "`extend-banned-calls` has a table without `call`, the function that is banned",
        ),
        ("extend-banned-calls = [{ call = 1 }]", "must name a function such as"),
        (
            'banned-calls = ["ulid.*"]',
            "`banned-calls` must be one function (all of a module: in `extend-banned-calls`), not ",
        ),
        ("extend-banned-calls = [{ call = 'a.b', us = 'c.d' }]", "knows `call`, `use` and `only"),
        ("extend-banned-calls = [{ call = 'a.b', use = 'c' }]", "a dotted name for `use`, not 'c'"),
        (
            "extend-banned-calls = [{ call = 'a.b', use = 'os.system' }]",
            "of Python's own, `secrets`",
        ),
        ("extend-banned-calls = [{ call = 'a.b', only-for-ids = 1 }]", "true or false for `only-"),
        ('exempt = ["[z-a]"]', "`exempt` must be a pattern as in .gitignore, with at most"),
        ("exempt = [1]", "`exempt` must be a list of strings, but holds a number"),
        ('id-prefixes = ["a"]', "`id-prefixes` must be a table of strings, not a list"),
        ("id-prefixes = { a = 1 }", "`id-prefixes` must be a table of strings, but `a` is"),
        ("generator = 'os.system'", "`generator` must be your own generator, not a part of"),
        ("generator = 'builtins.exec'", "`generator` must be your own generator, not a part of"),
        ("generator = '__main__.x'", "`generator` must be your own generator, not a part of"),
        (
            "generator-aliases = ['subprocess.run']",
            "`generator-aliases` must be your own generator",
        ),
        ("id-method = '__call__'", "`id-method` must be a Python name in ASCII without double"),
        ("id-method = '_Ids__secret'", "`id-method` must be a Python name in ASCII without"),
        ("id-method = '\uff47et'", "`id-method` must be a Python name in ASCII without"),
        ("context-method = '__init__'", "`context-method` must be a Python name in ASCII without"),
        ("context-ids = ['__class__']", "`context-ids` must be a Python name in ASCII without"),
        ("validators = ['__eq__']", "`validators` must be a Python name in ASCII without double"),
        ("user-ids = ['__name__']", "`user-ids` must be a Python name in ASCII without double"),
        ("kind-prefixes = { run = 'x$IFS' }", "`kind-prefixes` must be a prefix without spaces"),
        ("kind-prefixes = { run = 'x`id`' }", "`kind-prefixes` must be a prefix without spaces"),
        ("id-prefixes = { a = 'x%s' }", "`id-prefixes` must be a prefix without spaces"),
        ("id-prefixes = { a = 'x\u00e4' }", "`id-prefixes` must be a prefix without spaces"),
        ("id-prefixes = { a = 'x\u202e' }", "`id-prefixes` must be a prefix without spaces"),
        (
            f"id-prefixes = {{ a = '{'x' * 65}' }}",
            "`id-prefixes` must be a prefix of 64 characters",
        ),
        (many("id-prefixes", "n{} = 'p'", 201), "`id-prefixes` has 201 entries; 200 are the most"),
        (many("kind-prefixes", "n{} = 'p'", 201), "`kind-prefixes` has 201 entries; 200 are"),
        (many("validators", "'v{}'", 201), "`validators` has 201 entries; 200 are the most"),
        (many("exclude", "'v{}'", 1001), "`exclude` has 1,001 entries; 1,000 are the most"),
        (many("select", "'OST101'", 1001), "`select` has 1,001 entries; 1,000 are the most"),
        (many("per-file-ignores", "p{} = []", 1001), "`per-file-ignores` has 1,001 entries"),
        (f"exempt = ['{'x' * 1001}']", "`exempt` has a text of 1,001 characters, and 1,000 are"),
        (f"{'x' * 10_000} = 1", f"has no setting `{'x' * 64}`..."),
        ('id-prefixes = { a = "" }', "`id-prefixes` must be a prefix that is not empty"),
        ("kind-prefixes = { run = 'x\"); print(\"y' }", "`kind-prefixes` must be a prefix without"),
        ("kind-prefixes = { run = 'a\\n' }", "`kind-prefixes` must be a prefix without spaces"),
        ('kind-prefixes = { run = "a\\n" }', "`kind-prefixes` must be a prefix without spaces"),
        ('id-prefixes = { a = "\\u0000" }', "`id-prefixes` must be a prefix without spaces"),
        ('id-prefixes = { a = "\'" }', "`id-prefixes` must be a prefix without spaces, quotes"),
        ('id-prefixes = { a = "{x}" }', "`id-prefixes` must be a prefix without spaces, quotes"),
        ('id-prefixes = { a = "x " }', "`id-prefixes` must be a prefix without spaces, quotes"),
        ('id-prefixes = { "a b" = "x" }', "`id-prefixes` must be a Python name in ASCII"),
        ('context-method = "a.b"', "`context-method` must be a Python name in ASCII"),
        ('select = ["OST10", "E501"]', "`select` knows no rule `E501`"),
        ('ignore = ["OTS900"]', "`ignore` knows no rule `OTS900`; did you mean `OST900`?"),
        ('ignore = [""]', "`ignore` knows no rule ``"),
        ('per-file-ignores = { "a" = "OST1" }', "must give a list of codes for `a`, not a string"),
        ("context-ids = []", "`context-ids` must name at least one id"),
        ('select = ["OST8"]', "`select` knows no rule `OST8`; `ssot-lint rule` lists them"),
        ('per-file-ignores = ["a"]', "`per-file-ignores` must be a table of pattern = [codes]"),
    ],
)
def test_bad_settings_are_named(write: Write, tmp_path: Path, section: str, message: str) -> None:
    write("pyproject.toml", f"[tool.ssot-lint]\n{section}\n")

    with pytest.raises(UserError) as caught:
        SettingsReader(CODES).for_file(tmp_path / "a.py")

    text = str(caught.value)
    assert text.startswith("pyproject.toml: ")
    assert message in text
    assert "\n" not in text


@pytest.mark.parametrize(
    "content", ["[tool", "a = 'é\xff", "[tool]\nssot-lint = 3\n", f"a = {'1' * 5_000}"]
)
def test_a_broken_file_is_named(write: Write, tmp_path: Path, content: str) -> None:
    path = write("pyproject.toml", "")
    path.write_bytes(content.encode("latin-1"))

    with pytest.raises(UserError, match=r"^pyproject.toml"):
        SettingsReader(CODES).for_file(tmp_path / "a.py")


def test_config_must_exist_and_hold_a_section(write: Write, tmp_path: Path) -> None:
    empty = write("empty.toml", "")

    with pytest.raises(UserError, match=r"nowhere.toml: no such file"):
        SettingsReader(CODES, config=tmp_path / "nowhere.toml")
    with pytest.raises(UserError, match=r"^empty.toml: has no section \[tool.ssot-lint\]"):
        SettingsReader(CODES, config=empty)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")
def test_what_is_no_regular_file_is_not_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pyproject.toml"
    os.mkfifo(pipe)

    with pytest.raises(UserError, match=r"pyproject.toml: is no regular file"):
        SettingsReader(CODES, config=pipe)
    with pytest.raises(UserError, match=r"pyproject.toml: is no regular file"):
        has_section(pipe)
    # Nobody's settings are passed over in silence, above a file neither.
    with pytest.raises(UserError, match=r"pyproject.toml: is no regular file"):
        SettingsReader(CODES).for_file(tmp_path / "inside/a.py")
    assert SettingsReader(CODES, isolated=True).for_file(tmp_path / "a.py").source is None


@pytest.mark.parametrize("target", ["/dev/zero", "/nowhere"])
def test_a_link_to_what_is_no_file_is_told(tmp_path: Path, target: str) -> None:
    (tmp_path / "pyproject.toml").symlink_to(target)

    with pytest.raises(UserError, match=r"pyproject.toml: is no regular file"):
        SettingsReader(CODES).for_file(tmp_path / "a.py")


LONG_KEY = ".".join(["a"] * 200_000)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (f"[{LONG_KEY}]\n", "is not valid TOML: a key has too many parts"),
        (f"{LONG_KEY} = 1\n", "is not valid TOML: a key has too many parts"),
        (f"x = {{ 'a'. \"b\" .{LONG_KEY} = 1 }}\n", "is not valid TOML: a key has too many parts"),
        (f"x = '{LONG_KEY}'\n", None),
        (f"x = '''{LONG_KEY}'''\n", None),
        ("#" * 1_000_001, "pyproject.toml: has more than 1,000,000 bytes, which is too much"),
        ("x = " + "[" * 100_000, "is not valid TOML: "),
    ],
)
def test_a_file_that_would_take_for_ever_is_refused(
    write: Write, tmp_path: Path, content: str, message: str | None
) -> None:
    """Python's own parser takes minutes for the first two, or all memory."""
    write("pyproject.toml", content)
    reader = SettingsReader(CODES)
    if message is None:
        assert reader.for_file(tmp_path / "a.py").source is None
        return
    with pytest.raises(UserError, match=message):
        reader.for_file(tmp_path / "a.py")


def test_rendered_settings_hold_no_control_characters(write: Write, tmp_path: Path) -> None:
    odd = Settings(sentinels=("\x1b[31m", "\x7f\x9b", "\u2066", "\U000e0001", 'a"\\ é'))
    rendered = render_settings(odd, ["sentinels"])
    path = write("pyproject.toml", rendered)

    assert rendered.replace("\n", "").isprintable()
    assert SettingsReader(CODES, config=path).for_file("a.py").sentinels == odd.sentinels


DEFAULT = set(CODES) - {"OST401"}


@pytest.mark.parametrize(
    ("settings", "enabled"),
    [
        (Settings(), DEFAULT),
        (Settings(select=("OST",)), set(CODES)),
        (Settings(select=("OST4",)), {"OST401", "OST900"}),
        (Settings(extend_select=("OST",)), set(CODES)),
        (Settings(extend_select=("OST401",)), DEFAULT | {"OST401"}),
        (Settings(extend_select=("OST401",), ignore=("OST4",)), DEFAULT | {"OST401"}),
        (Settings(extend_select=("OST4",), ignore=("OST401",)), DEFAULT),
        (Settings(choices=(("OST4", True),)), DEFAULT | {"OST401"}),
        (Settings(ignore=("OST4",), choices=(("OST401", True),)), DEFAULT | {"OST401"}),
        (Settings(select=("OST101",)), {"OST101", "OST900"}),
        (
            Settings(select=("OST1",), ignore=("OST102",)),
            {code for code in CODES if code.startswith("OST1")} - {"OST102"} | {"OST900"},
        ),
        (
            Settings(ignore=("OST1", "OST900")),
            {code for code in CODES if not code.startswith(("OST1", "OST900"))} - {"OST401"},
        ),
        (Settings(select=("OST101",), ignore=("OST1",)), {"OST101", "OST900"}),
        (Settings(select=("OST1",), ignore=("OST1",)), {"OST900"}),
        (
            Settings(select=(), extend_select=("OST3",)),
            {code for code in CODES if code.startswith("OST3")} | {"OST900"},
        ),
    ],
)
def test_the_longest_prefix_decides(settings: Settings, enabled: set[str]) -> None:
    assert enabled_codes(settings) == enabled


def test_bans_are_written_as_they_are_read(tmp_path: Path, write: Write) -> None:
    bans = (Ban("ulid.*"), Ban("a.b", "ids.c"), Ban("d.e", only_for_ids=True))
    write("pyproject.toml", render_settings(Settings(root=tmp_path, extend_banned_calls=bans)))

    assert SettingsReader(CODES).for_file(tmp_path / "a.py").extend_banned_calls == bans


def test_the_nearest_ban_decides() -> None:
    bans = (Ban("a.*"), Ban("a.b.*"), Ban("a.b.c", "ids.x"))
    found = [ban_of(dotted, bans) for dotted in ("a.x", "a.b.x", "a.b.c", "ab.c", "a")]

    assert found == [bans[0], bans[1], bans[2], None, None]
