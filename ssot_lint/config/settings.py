"""Settings: the facts about the source of truth, as `[tool.ssot-lint]` gives them."""

from __future__ import annotations

import json
import keyword
import os
import re
import sys
from collections.abc import Callable, Container, Iterable, Mapping, Sequence, Sized
from dataclasses import Field, dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from ssot_lint.config.bans import Ban, ban_from, is_family
from ssot_lint.config.paths import has_name_of_test, path_inside
from ssot_lint.config.patterns import Patterns, is_pattern
from ssot_lint.model.errors import LOG_COMMAND, UserError

Pairs = tuple[tuple[str, str], ...]
CodePairs = tuple[tuple[str, tuple[str, ...]], ...]
Bans = tuple[Ban, ...]

SECTION = "tool.ssot-lint"
DEFAULT_GENERATOR = "shared.id_generation.unified_id_generator.UnifiedIdGenerator"

# Fixes write prefixes between quotes of any kind and into f-strings, and ids get from there into
# format strings, shells and patterns.
_NO_PREFIX = frozenset(" \"'`\\{}[]()<>$%&|;*?!~")
_LONGEST_PREFIX = _LONGEST_NAME = 64
# What is longer is no setting but an attempt to keep a run busy: each file is searched for names.
_MOST_PATTERNS, _MOST_NAMES, _LONGEST_ENTRY = 1_000, 200, 1_000

FORMATTERS = ("", "ruff", "black")

DEFAULT_EXCLUDE = (
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".hg",
    ".mypy_cache",
    ".nox",
    ".pyenv",
    ".pytest_cache",
    ".ruff_cache",
    ".ssot_lint_cache",
    ".svn",
    ".tox",
    ".venv",
    "__pycache__",
    "__pypackages__",
    "_build",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)


def _key(help_text: str, check: Callable[[str], str | None] | None = None) -> dict[str, Any]:
    return {"help": help_text, "check": check}


def _wrong_dotted_name(text: str) -> str | None:
    if "." not in text or not _is_dotted(text):
        return "a dotted name such as `package.module.name`"
    return None


def _wrong_call(text: str) -> str | None:
    if is_family(text):
        return "one function (all of a module: in `extend-banned-calls`)"
    return _wrong_dotted_name(text)


def _wrong_generator(text: str) -> str | None:
    if text.partition(".")[0] in (*sys.stdlib_module_names, "__main__"):
        return "your own generator, not a part of Python's standard library"
    return _wrong_dotted_name(text)


def _wrong_method(text: str) -> str | None:
    return _wrong_name(text) if text else None


def _wrong_class(text: str) -> str | None:
    return None if _is_dotted(text) else "the name of a class"


def _wrong_name(text: str) -> str | None:
    # Fixes write it into code: what Python itself would call, or another form of the same letters,
    # is no name for an id or for what makes one.
    is_plain = text.isascii() and "__" not in text and _is_name(text)
    return None if is_plain else "a Python name in ASCII without double underscores"


def _wrong_prefix(text: str) -> str | None:
    if not text:
        return "a prefix that is not empty"
    if len(text) > _LONGEST_PREFIX:
        return f"a prefix of {_LONGEST_PREFIX} characters at most"
    is_plain = text.isascii() and text.isprintable() and _NO_PREFIX.isdisjoint(text)
    told = "a prefix without spaces, quotes, backslashes, braces, brackets, "
    told += "any of `$ % & | ; < > * ? ! ~`, control characters and letters beyond ASCII"
    return None if is_plain else told


def _wrong_glob(text: str) -> str | None:
    return (
        None if is_pattern(text) else "a pattern as in .gitignore, with at most three `*` in a name"
    )


def _wrong_formatter(text: str) -> str | None:
    return None if text in FORMATTERS else "`ruff`, `black` or empty"


def _longest_word(pattern: str) -> str:
    """The last name that is written out in a pattern, which imports of what it matches have.

    Of `shared/ids/**` it is `ids`; of a pattern in which none is, the longest piece of one.
    """
    pieces = re.findall(r"\w+", pattern.removesuffix(".py"))
    whole = [part.removesuffix(".py") for part in pattern.split("/")]
    plain = [part for part in whole if part.isidentifier() and part != "__init__"]
    return (plain or sorted(pieces, key=len) or [""])[-1]


def _is_dotted(text: str) -> bool:
    return all(map(_is_name, text.split(".")))


def _is_name(text: str) -> bool:
    return text.isidentifier() and not keyword.iskeyword(text)


@dataclass(frozen=True)
class Settings:
    """All settings of one project. Every field is a key of `[tool.ssot-lint]`, with dashes.

    The fields from `root` on are not keys: they say where the settings came from.
    """

    generator: str = field(
        default=DEFAULT_GENERATOR,
        metadata=_key(
            "what makes all ids: a class, a module, one of its functions, or an instance",
            _wrong_generator,
        ),
    )
    generator_aliases: tuple[str, ...] = field(
        default=("shared.id_generation.UnifiedIdGenerator",),
        metadata=_key("other names it can be imported by", _wrong_generator),
    )
    generator_source: str = field(
        default="",
        metadata=_key("where its source is looked up: a folder, or the file; empty: searched for"),
    )
    context_method: str = field(
        default="generate_user_context_ids",
        metadata=_key(
            "(user_id, operation) -> the ids below, in this order; empty: there is none",
            _wrong_method,
        ),
    )
    context_ids: tuple[str, ...] = field(
        default=("thread_id", "run_id", "request_id"),
        metadata=_key("what the context method returns", _wrong_name),
    )
    id_method: str = field(
        default="generate_base_id",
        metadata=_key("(prefix, ...) -> one id; a function as `generator` is that", _wrong_name),
    )
    user_ids: tuple[str, ...] = field(
        default=("user_id",),
        metadata=_key("names that hold the user; names that end so do, too", _wrong_name),
    )
    validators: tuple[str, ...] = field(
        default=("is_valid_id",), metadata=_key("methods that check an id", _wrong_name)
    )
    id_prefixes: Pairs = field(
        default=(("thread_id", "thread_"),),
        metadata=_key("what an id of that kind must start with", _wrong_prefix),
    )
    kind_prefixes: Pairs = field(
        default=(("request", "req"),),
        metadata=_key("prefix of a kind, where it is not the kind's own name", _wrong_prefix),
    )
    context_classes: tuple[str, ...] = field(
        default=("UserExecutionContext",),
        metadata=_key("classes whose arguments are ids", _wrong_class),
    )
    sentinels: tuple[str, ...] = field(
        default=("", "unknown", "none", "n/a"),
        metadata=_key("placeholders; reported only when a context class is given one"),
    )
    banned_calls: tuple[str, ...] = field(
        default=("uuid.uuid1", "uuid.uuid4", "uuid.uuid6", "uuid.uuid7", "uuid.uuid8"),
        metadata=_key("functions that nobody but the generator may call", _wrong_call),
    )
    extend_banned_calls: Bans = field(
        default=(),
        metadata=_key("more of them, `ulid.*` for all of a module; or { call, use, only-for-ids }"),
    )
    other_makers: tuple[str, ...] = field(
        default=(),
        metadata=_key(
            "classes and functions that make ids, too, and must not be used", _wrong_dotted_name
        ),
    )
    accepted_makers: tuple[str, ...] = field(
        default=(),
        metadata=_key("those that may be used beside the generator", _wrong_dotted_name),
    )
    exempt: tuple[str, ...] = field(
        default=("shared/id_generation/**",),
        metadata=_key(
            "files that may build ids by hand; the generator's own always may", _wrong_glob
        ),
    )
    test_files: tuple[str, ...] = field(
        default=(),
        metadata=_key(
            "more files that hold tests than those that pytest finds; `!`: that hold none",
            _wrong_glob,
        ),
    )
    select: tuple[str, ...] | None = field(
        default=None,
        metadata=_key("codes or prefixes to report; without it, all that are on by default"),
    )
    extend_select: tuple[str, ...] = field(
        default=(), metadata=_key("codes to report besides those selected")
    )
    ignore: tuple[str, ...] = field(default=(), metadata=_key("codes or prefixes to leave out"))
    warn: tuple[str, ...] = field(
        default=(),
        metadata=_key("codes or prefixes that are reported, and by which alone no run fails"),
    )
    per_file_ignores: CodePairs = field(
        default=(), metadata=_key("codes to leave out, by file pattern")
    )
    exclude: tuple[str, ...] = field(
        default=DEFAULT_EXCLUDE,
        metadata=_key("files and folders that are not looked into", _wrong_glob),
    )
    extend_exclude: tuple[str, ...] = field(default=(), metadata=_key("more of them", _wrong_glob))
    format: str = field(
        default="",
        metadata=_key(
            "`ruff` or `black`: what formats files again that fixes change and were formatted",
            _wrong_formatter,
        ),
    )
    require_noqa_reason: bool = field(
        default=False, metadata=_key("whether `# noqa` of our codes must say why (OST902)")
    )

    choices: tuple[tuple[str, bool], ...] = ()
    """Codes or prefixes that the command line turns on or off, over what the file selects."""
    generator_is_module: bool = False
    """Whether the generator is a module, as its source tells."""
    generator_members: tuple[str, ...] = ()
    """What of it counts; empty: all of it. A module may hold much beside the function that makes
    the ids."""
    root: Path = field(default_factory=Path.cwd)
    """The folder that patterns and module names are relative to."""
    source: Path | None = None
    """The file the settings were read from, if any."""

    @cached_property
    def generator_names(self) -> frozenset[str]:
        """All dotted names of the generator."""
        return frozenset((self.generator, *self.generator_aliases))

    @cached_property
    def generator_modules(self) -> frozenset[str]:
        """The dotted names of the modules that have the generator, or are it."""
        if self.generator_is_module:
            return self.generator_names
        return frozenset(name.rpartition(".")[0] for name in self.generator_names)

    @cached_property
    def banned(self) -> frozenset[str]:
        """The dotted names of the banned functions that are named one by one."""
        more = (one.call for one in self.extend_banned_calls if not one.family)
        return frozenset((*self.banned_calls, *more))

    @cached_property
    def banned_families(self) -> tuple[str, ...]:
        """The modules whose functions are all banned, with dots behind them."""
        return tuple(one.family for one in self.extend_banned_calls if one.family)

    @cached_property
    def banned_words(self) -> frozenset[str]:
        """Words of which a file has one that calls a banned function."""
        last = (name.rpartition(".")[2] for name in self.banned_calls)
        return frozenset((*last, *(one.word for one in self.extend_banned_calls)))

    @cached_property
    def banned_last_names(self) -> frozenset[str]:
        """Their last names: what stands at the end of `app.makes.new_id`, which a test replaces."""
        return frozenset(name.rpartition(".")[2] for name in self.banned)

    @cached_property
    def other_maker_words(self) -> frozenset[str]:
        """Words of which a file has one that calls other makers, or exempt files.

        The names of these, and of the modules or folders that they are imported from.
        """
        named = (part for name in self.other_makers for part in name.split(".")[-2:])
        own = {name.rpartition(".")[2] for name in self.generator_names}
        pieces = (_longest_word(pattern) for pattern in self.exempt)
        return frozenset(word for word in (*named, *pieces) if word and word not in own)

    @property
    def generator_class(self) -> str:
        """The last name of the generator: that of its class, its module, or the instance."""
        return self.generator.rpartition(".")[2]

    def shown(self, method: str) -> str:
        """A method as code calls it: of its class, module or instance.

        By its name alone where it is a function that the settings name as the generator.
        """
        return method if method in self.generator_members else f"{self.generator_class}.{method}"

    @cached_property
    def substitutes(self) -> tuple[str, ...]:
        """The dotted names of what bans tell to use in place of the generator."""
        return tuple(dict.fromkeys(ban.use for ban in self.extend_banned_calls if ban.use))

    def using(self, substitute: str) -> Settings:
        """The settings with a function, which bans tell to use, in place of the generator."""
        owner, _, function = substitute.rpartition(".")
        return replace(
            self,
            generator=owner,
            generator_aliases=(),
            generator_source="",
            generator_members=(),
            context_method="",
            context_ids=(),
            id_method=function,
            validators=(),
        )

    def maker_of(self, kind: str) -> str:
        """The method that makes the ids of a kind."""
        is_of_context = self.context_method and kind in self.context_ids
        return self.context_method if is_of_context else self.id_method

    def relative(self, path: str) -> str:
        """`path` relative to `root` with forward slashes; unchanged when it lies outside."""
        folder, name = os.path.split(path)
        if name in ("", os.curdir, os.pardir):
            return path_inside(os.path.abspath(path), self.root)
        if not os.path.isabs(folder):
            folder = os.path.join(os.getcwd(), folder)
        known = self._relative_folders.get(folder)
        if known is None:
            known = path_inside(os.path.abspath(folder), self.root)
            self._relative_folders[folder] = known
        return name if known == os.curdir else f"{known.rstrip('/')}/{name}"

    @cached_property
    def _relative_folders(self) -> dict[str, str]:
        """By the path of a folder: asked again for each file in it."""
        return {}

    def is_exempt(self, path: str) -> bool:
        """Whether the file may build ids by hand: it matches `exempt` or holds the generator."""
        relative = self.relative(path).lstrip("/")
        module = relative.removeprefix("src/").removesuffix(".py").removesuffix("/__init__")
        modules = {name.replace(".", "/") for name in self.generator_modules}
        return module in modules or self._exempt.matches(relative)

    def is_test(self, relative: str) -> bool:
        """Whether a file holds tests: `test-files` tells, or its path as pytest reads that.

        `relative` is its path relative to the root, with forward slashes.
        """
        told = self._tests.verdict(relative.lstrip("/")) if self.test_files else None
        return has_name_of_test(relative) if told is None else told

    def is_excluded(self, path: str, *, is_folder: bool) -> bool:
        """Whether the path matches `exclude` or `extend-exclude`, or lies in what does."""
        relative = self.relative(path).lstrip("/")
        return self.excluded.matches(relative + "/" if is_folder else relative)

    def ignored_in(self, path: str) -> tuple[str, ...]:
        """Codes and prefixes that `per-file-ignores` leaves out in this file."""
        relative = self.relative(path).lstrip("/")
        return tuple(
            code
            for patterns, codes in self._per_file_patterns
            if patterns.matches(relative)
            for code in codes
        )

    @cached_property
    def excluded(self) -> Patterns:
        """The patterns of `exclude` and `extend-exclude`, relative to `root`."""
        return Patterns((*self.exclude, *self.extend_exclude))

    @cached_property
    def _exempt(self) -> Patterns:
        return Patterns(self.exempt)

    @cached_property
    def _tests(self) -> Patterns:
        return Patterns(self.test_files)

    @cached_property
    def _per_file_patterns(self) -> tuple[tuple[Patterns, tuple[str, ...]], ...]:
        return tuple((Patterns([pattern]), codes) for pattern, codes in self.per_file_ignores)


def setting_fields() -> tuple[Field[Any], ...]:
    """The fields of Settings that users may set, in order."""
    return tuple(f for f in fields(Settings) if "help" in f.metadata)


def key_of(setting: Field[Any]) -> str:
    """The key of a field in `[tool.ssot-lint]`."""
    return setting.name.replace("_", "-")


def settings_from_table(
    table: Mapping[str, object],
    *,
    root: Path,
    source: Path | None,
    codes: Sequence[str],
    where: str | None = None,
) -> Settings:
    """Settings from the content of `[tool.ssot-lint]`.

    `codes` are all rule codes; a selection that names none of them is an error. Raises
    UserError that names the key and `where`, by default the section in `source`.
    """
    known = {key_of(f): f for f in setting_fields()}
    values: dict[str, Any] = {}
    where = where or f"{shown_path(source) if source else 'settings'}: [{SECTION}]"
    for key, raw in table.items():
        if key not in known:
            # difflib takes its time for what nobody has mistyped.
            told = _hint(key, known) if len(key) < _LONGEST_NAME else "..."
            raise UserError(f"{where} has no setting `{key[:_LONGEST_NAME]}`{told}")
        setting = known[key]
        try:
            values[setting.name] = _converted(setting, raw, codes)
        except ValueError as error:
            raise UserError(f"{where} `{key}` {error}") from None
    settings = replace(Settings(root=root, source=source), **values)
    if settings.context_method and not settings.context_ids:
        told = 'must name at least one id; `context-method = ""` says that there is none'
        raise UserError(f"{where} `context-ids` {told}")
    given = settings.generator_source
    if given and not os.path.exists(root / given):
        raise UserError(f"{where} `generator-source` names no file or folder: {given!r}")
    return settings


def check_codes(given: Iterable[str], codes: Sequence[str]) -> tuple[str, ...]:
    """`given` as a tuple, when each is a code or the beginning of one; ValueError otherwise."""
    result = tuple(given)
    for code in result:
        if not code or not any(known.startswith(code) for known in codes):
            hint = _hint(code, codes, cutoff=0.8) or "; `ssot-lint rule` lists them"
            raise ValueError(f"knows no rule `{code}`{hint}")
    return result


def render_settings(settings: Settings | None = None, keys: Container[str] | None = None) -> str:
    """The section as TOML with comments; by default every key, with the default values."""
    lines = [f"[{SECTION}]"]
    for setting in setting_fields():
        if keys is not None and key_of(setting) not in keys:
            continue
        value = getattr(settings or Settings, setting.name)
        text = f"{key_of(setting)} = {_toml(() if value is None else value, setting)}"
        if value is None:
            text = f"# {key_of(setting)} = [...]"
        lines.append(f"{text}  # {setting.metadata['help']}")
    return "\n".join(lines) + "\n"


def _converted(setting: Field[Any], raw: object, codes: Sequence[str]) -> object:
    check: Callable[[str], str | None] | None = setting.metadata["check"]
    kind = setting.type
    if isinstance(raw, (dict, list)):
        is_of_names = check not in (None, _wrong_glob)
        _expect_few(raw, _MOST_NAMES if is_of_names or kind == "Pairs" else _MOST_PATTERNS)
    if kind == "Pairs":
        return _pairs(raw, check)
    if kind == "Bans":
        if not isinstance(raw, list):
            raise ValueError(f"must be a list, not {_kind(raw)}")
        return tuple(ban_from(one, _is_dotted) for one in raw)
    if kind == "CodePairs":
        if not isinstance(raw, dict):
            raise ValueError(f"must be a table of pattern = [codes], not {_kind(raw)}")
        for pattern, given in raw.items():
            _expect(pattern, _wrong_glob)
            if not isinstance(given, list):
                raise ValueError(f"must give a list of codes for `{pattern}`, not {_kind(given)}")
        return tuple((p, check_codes(_strings(c, None), codes)) for p, c in raw.items())
    if kind == "bool":
        if not isinstance(raw, bool):
            raise ValueError(f"must be true or false, not {_kind(raw)}")
        return raw
    if kind == "str":
        if not isinstance(raw, str):
            raise ValueError(f"must be a string, not {_kind(raw)}")
        return _expect(raw, check)
    strings = _strings(raw, check)
    if setting.name in ("select", "extend_select", "ignore", "warn"):
        return check_codes(strings, codes)
    return strings


def _pairs(raw: object, check: Callable[[str], str | None] | None) -> Pairs:
    if not isinstance(raw, dict):
        raise ValueError(f"must be a table of strings, not {_kind(raw)}")
    for name, value in raw.items():
        _expect(name, _wrong_name)
        if not isinstance(value, str):
            raise ValueError(f"must be a table of strings, but `{name}` is {_kind(value)}")
        _expect(value, check)
    return tuple(raw.items())


def _strings(raw: object, check: Callable[[str], str | None] | None) -> tuple[str, ...]:
    if not isinstance(raw, list):
        raise ValueError(f"must be a list of strings, not {_kind(raw)}")
    for item in raw:
        if not isinstance(item, str):
            raise ValueError(f"must be a list of strings, but holds {_kind(item)}")
        _expect(item, check)
    return tuple(raw)


def _expect_few(entries: Sized, most: int) -> None:
    if len(entries) > most:
        raise ValueError(f"has {len(entries):,} entries; {most:,} are the most")


def _expect(text: str, check: Callable[[str], str | None] | None) -> str:
    if len(text) > _LONGEST_ENTRY:
        told = f"{_LONGEST_ENTRY:,} are the most: {text[:20]!r}..."
        raise ValueError(f"has a text of {len(text):,} characters, and {told}")
    expected = check(text) if check else None
    if expected:
        raise ValueError(f"must be {expected}, not {text!r}")
    return text


def _kind(value: object) -> str:
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a string"}
    names |= {list: "a list", dict: "a table"}
    return names.get(type(value), "a date")


def _hint(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    import difflib  # only for mistakes

    near = difflib.get_close_matches(word.lower().replace("_", "-"), known, 1, cutoff)
    near = near or difflib.get_close_matches(word.upper(), known, 1, cutoff)
    return f"; did you mean `{near[0]}`?" if near else ""


def shown_path(path: Path) -> str:
    """A path as messages name it: relative to the current folder where it lies in there."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _toml(value: Any, setting: Field[Any]) -> str:
    if setting.type in ("Pairs", "CodePairs"):
        inner = ", ".join(f"{_toml_key(key)} = {_toml_value(item)}" for key, item in value)
        return f"{{ {inner} }}" if inner else "{}"
    if setting.type == "Bans":
        return "[" + ", ".join(map(_toml_ban, value)) + "]"
    return _toml_value(value)


def _toml_ban(ban: Ban) -> str:
    pairs: list[tuple[str, str | bool]] = [("use", ban.use), ("only-for-ids", ban.only_for_ids)]
    given = [(key, value) for key, value in pairs if value]
    if not given:
        return _toml_value(ban.call)
    pairs = [("call", ban.call), *given]
    inner = (f"{key} = {_toml_value(value)}" for key, value in pairs)
    return f"{{ {', '.join(inner)} }}"


def _toml_key(key: str) -> str:
    return key if re.fullmatch(r"[\w-]+", key, re.ASCII) else _toml_value(key)


def _toml_value(value: bool | str | Sequence[str]) -> str:
    if isinstance(value, (bool, str)):
        # JSON writes both as TOML does.
        written = json.dumps(value, ensure_ascii=False)
        written = LOG_COMMAND.sub(r"\\u0023", written)
        return "".join(sign if sign.isprintable() else _toml_escape(sign) for sign in written)
    return "[" + ", ".join(map(_toml_value, value)) + "]"


def _toml_escape(sign: str) -> str:
    code = ord(sign)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
