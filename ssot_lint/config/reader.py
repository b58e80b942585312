"""Finds the settings for a file: the nearest `[tool.ssot-lint]` upward, read from TOML."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from ssot_lint.config.disk import nearest_answer
from ssot_lint.config.settings import SECTION, Settings, settings_from_table, shown_path
from ssot_lint.model.errors import UserError

_LARGEST_FILE = 1_000_000
_KEY = rb"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_LONG_KEY = re.compile(rb"(?:^|[\[{,])[ \t]*%b(?:[ \t]*\.[ \t]*%b){64}" % (_KEY, _KEY), re.M)


def has_section(path: Path) -> bool:
    """Whether a TOML file has a section for us. Raises UserError when it is none."""
    return _section(path) is not None


def tool_table(root: Path, tool: str) -> Mapping[str, Any]:
    """What the files of a project say of another tool: `[tool.NAME]`, or a file of its own.

    `NAME.toml` and `.NAME.toml` win, as they do for ruff. Empty where nothing is to be read.
    """
    for name in (f".{tool}.toml", f"{tool}.toml"):
        if (root / name).is_file():
            return _load_or_nothing(root / name)
    tools = _load_or_nothing(root / "pyproject.toml").get("tool")
    table = tools.get(tool) if isinstance(tools, dict) else None
    return table if isinstance(table, dict) else {}


def _load_or_nothing(path: Path) -> dict[str, Any]:
    try:
        return _load(path)
    except UserError:
        return {}


class SettingsReader:
    """Finds the settings for a file: nearest `[tool.ssot-lint]` upward wins.

    Folders are read once. With `config` that file serves for all files, and patterns are
    relative to the current folder, as in ruff. With `isolated` nothing is read. `overrides`
    are field values that win over what was read. `fixed` are settings for all files.
    """

    def __init__(
        self,
        codes: Sequence[str],
        *,
        config: Path | None = None,
        isolated: bool = False,
        overrides: Mapping[str, object] | None = None,
        fixed: Settings | None = None,
    ) -> None:
        self._codes = codes
        self._overrides = dict(overrides or {})
        self._by_folder: dict[str, Settings] = {}
        self._absolute: dict[str, str] = {}
        self._sections: dict[str, Settings | None] = {}
        self._repositories: dict[str, str | None] = {}
        self._projects: dict[str, str | None] = {}
        self._roots: dict[str, Settings] = {}
        self._fixed = fixed
        if config is not None:
            self._fixed = self._from_config(config)
        elif isolated:
            self._fixed = self._override(Settings(root=Path.cwd()))

    def for_file(self, path: str | os.PathLike[str]) -> Settings:
        """The settings for the file at `path`. Raises UserError on a bad pyproject.toml."""
        folder, name = os.path.split(path)
        if name == os.pardir:
            return self.for_folder(os.path.dirname(os.path.abspath(path)))
        if not os.path.isabs(folder):
            folder = os.path.join(os.getcwd(), folder)
        if folder not in self._absolute:
            self._absolute[folder] = os.path.abspath(folder)
        return self.for_folder(self._absolute[folder])

    @property
    def used(self) -> Collection[Settings]:
        """The settings of all folders that somebody has asked for."""
        if self._fixed is not None:
            return [self._fixed]
        return {id(settings): settings for settings in self._by_folder.values()}.values()

    def for_folder(self, folder: str | os.PathLike[str]) -> Settings:
        """The settings for files that lie in `folder` (absolute)."""
        if self._fixed is not None:
            return self._fixed
        key = os.fspath(folder)
        if key not in self._by_folder:
            self._by_folder[key] = self._nearest(key) or self._without_section(key)
        return self._by_folder[key]

    def _nearest(self, folder: str) -> Settings | None:
        return nearest_answer(folder, self._sections, self._read)

    def _read(self, folder: str) -> Settings | None:
        name = os.path.join(folder, "pyproject.toml")
        if os.path.isdir(name) or not os.path.lexists(name):
            return None
        path = Path(name)
        section = _section(path)
        if section is None:
            return None
        return self._override(self._from_section(section, root=path.parent, source=path))

    def _from_config(self, path: Path) -> Settings:
        if not path.exists():
            raise UserError(f"{path}: no such file; --config takes a TOML file")
        section = _section(path)
        if section is None:
            raise UserError(f"{shown_path(path)}: has no section [{SECTION}]")
        return self._override(self._from_section(section, root=Path.cwd(), source=path))

    def _from_section(self, section: object, *, root: Path, source: Path) -> Settings:
        if not isinstance(section, dict):
            raise UserError(f"{shown_path(source)}: [{SECTION}] must be a table")
        return settings_from_table(section, root=root, source=source, codes=self._codes)

    def _without_section(self, folder: str) -> Settings:
        root = self._repository(folder) or self._outermost_project(folder) or _here_or(folder)
        if root not in self._roots:
            self._roots[root] = self._override(Settings(root=Path(root)))
        return self._roots[root]

    def _repository(self, folder: str) -> str | None:
        """The nearest folder upward that is a git repository."""
        return nearest_answer(
            folder,
            self._repositories,
            lambda one: one if os.path.exists(os.path.join(one, ".git")) else None,
        )

    def _outermost_project(self, folder: str) -> str | None:
        """The farthest folder upward that has a pyproject.toml."""
        passed: list[str] = []
        above = folder
        while above not in self._projects and above not in passed[-1:]:
            passed.append(above)
            above = os.path.dirname(above)
        found = self._projects.get(above)
        for one in reversed(passed):
            if found is None and os.path.isfile(os.path.join(one, "pyproject.toml")):
                found = one
            self._projects[one] = found
        return found

    def _override(self, settings: Settings) -> Settings:
        overrides: dict[str, Any] = self._overrides
        return replace(settings, **overrides) if overrides else settings


def _here_or(folder: str) -> str:
    """The current folder if it is `folder` or lies around it; else `folder`."""
    here = os.getcwd()
    inside = os.path.normcase(os.path.join(here, ""))
    return here if os.path.normcase(os.path.join(folder, "")).startswith(inside) else folder


def parses(content: bytes) -> bool:
    """Whether the bytes are TOML."""
    try:
        _parsed(content)
    except (ValueError, RecursionError):
        return False
    return True


def _section(path: Path) -> object:
    """The content of `[tool.ssot-lint]`; None when the file has no such section."""
    tools = _load(path).get("tool")
    if not isinstance(tools, dict):
        return None
    if "ssot_lint" in tools:
        raise UserError(f"{shown_path(path)}: [tool.ssot_lint] is not read; call it [{SECTION}]")
    section: object = tools.get("ssot-lint")
    return section


def _toml_parser() -> ModuleType:
    """Imported only where there is a file to read."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return tomllib


def _load(path: Path) -> dict[str, Any]:
    try:
        if not path.is_file():  # what is read from a pipe or a device may never end
            raise UserError(f"{shown_path(path)}: is no regular file; give a TOML file")
        if path.stat().st_size > _LARGEST_FILE:
            told = f"has more than {_LARGEST_FILE:,} bytes, which is too much for settings"
            raise UserError(f"{shown_path(path)}: {told}")
        return _parsed(path.read_bytes())
    except _NotTomlError as error:
        raise UserError(f"{shown_path(path)} is not valid TOML: {error}") from None
    except ValueError:  # Python's own limit
        raise UserError(
            f"{shown_path(path)}: has a number of too many digits; shorten it"
        ) from None
    except OSError as error:
        raise UserError(f"{shown_path(path)}: cannot be read: {error.strerror}") from None


class _NotTomlError(ValueError):
    pass


def _parsed(content: bytes) -> dict[str, Any]:
    """Raises ValueError."""
    # Python's parser takes minutes and all memory for a key of many parts.
    if _LONG_KEY.search(content):
        raise _NotTomlError("a key has too many parts")
    tomllib = _toml_parser()
    try:
        table: dict[str, Any] = tomllib.loads(content.decode("utf-8"))
        return table
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _NotTomlError(str(error).replace("\n", " ") or "nested too deeply") from None
