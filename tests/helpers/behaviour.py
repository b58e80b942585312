"""What a program does, told so that it can be compared before and after a fix.

A run leaves a trace: what the program logged or printed, what its calls returned or raised. Ids
differ from run to run and fixes change their form on purpose, so each distinct id becomes
`id#n`, numbered by first appearance: which ids are the same stays visible.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from ssot_lint.config.settings import Settings
from ssot_lint.engine.checker import Checker
from ssot_lint.ids.generator.api import GeneratorApi
from ssot_lint.ids.generator.reading import read_generator_api

PACKAGE = "shared.id_generation"
MODULE = f"{PACKAGE}.unified_id_generator"

GENERATOR = '''\
"""The one generator of ids; strict about the user, so that a wrong user shows."""

from __future__ import annotations

import itertools


class UnifiedIdGenerator:
    _numbers = itertools.count(1)

    @classmethod
    def _next(cls) -> str:
        number = next(cls._numbers)
        return f"1700000000000_{number}_{number:08x}"

    @classmethod
    def generate_base_id(cls, prefix: str) -> str:
        if not isinstance(prefix, str) or not prefix:
            raise ValueError("no prefix")
        return f"{prefix}_{cls._next()}"

    @classmethod
    def generate_user_context_ids(
        cls, user_id: str, operation: str = "context"
    ) -> tuple[str, str, str]:
        if not isinstance(user_id, str):  # as annotated: an empty text is one
            raise ValueError("no user")
        return (
            f"thread_{operation}_{cls._next()}",
            f"run_{operation}_{cls._next()}",
            f"req_{operation}_{cls._next()}",
        )

    @staticmethod
    def is_valid_id(id_string: str, expected_prefix: str | None = None) -> bool:
        return "_1700000000000_" in id_string
'''

_CORE = (
    r"(?:1700000000000_\d+_[0-9a-f]{8}"  # of the generator
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|[0-9a-f]{32}|[0-9a-f]{12}|[0-9a-f]{8})"
)
_ID = re.compile(rf"(?<![A-Za-z0-9_])(?:[A-Za-z]\w*?_)?{_CORE}(?![A-Za-z0-9])")


def project_below(root: Path) -> Path:
    """Put the generator's source below the root, where the settings look for it."""
    folder = root / "shared" / "id_generation"
    folder.mkdir(parents=True)
    (root / "shared" / "__init__.py").touch()
    (folder / "__init__.py").write_text(
        "from .unified_id_generator import UnifiedIdGenerator\n", encoding="utf-8"
    )
    (folder / "unified_id_generator.py").write_text(GENERATOR, encoding="utf-8")
    return root


def settings_below(root: Path) -> tuple[Settings, GeneratorApi]:
    """The settings of that project, and what its generator offers."""
    settings = Settings(root=root)
    return settings, read_generator_api(settings)


def checker_below(root: Path) -> Checker:
    """What fixes the files of that project."""
    settings, api = settings_below(root)
    return Checker(settings, lambda: api)


@dataclass
class Trace:
    """Events in order."""

    events: list[object] = field(default_factory=list)
    _ids: dict[str, str] = field(default_factory=dict)

    def log(self, *values: object, **named: object) -> None:
        """What programs call to show what they have."""
        self.add(("log", values, named))

    def add(self, event: object) -> None:
        self.events.append(self.plain(event))

    def plain(self, value: object) -> object:
        """The value without what differs from run to run."""
        if isinstance(value, str):
            return _ID.sub(self._number, value)
        if value is None or isinstance(value, (int, float)):
            return value
        if isinstance(value, dict):
            return {self.plain(key): self.plain(item) for key, item in value.items()}
        if isinstance(value, (list, tuple, set, frozenset)):
            return [self.plain(item) for item in value]
        if isinstance(value, BaseException):
            return type(value).__name__
        if isinstance(value, UUID) or callable(value) or not hasattr(value, "__dict__"):
            return f"<{type(value).__name__}>"
        return {type(value).__name__: self.plain(vars(value))}

    def _number(self, match: re.Match[str]) -> str:
        return self._ids.setdefault(match[0], f"id#{len(self._ids) + 1}")


@contextmanager
def _modules(new: dict[str, types.ModuleType]) -> Iterator[None]:
    before = {name: sys.modules.get(name) for name in new}
    sys.modules.update(new)
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = module


def _generator_modules() -> dict[str, types.ModuleType]:
    names = ("shared", PACKAGE, MODULE)
    shared, package, module = (types.ModuleType(name) for name in names)
    exec(compile(GENERATOR, "unified_id_generator.py", "exec", dont_inherit=True), vars(module))
    shared.__path__ = package.__path__ = []
    vars(shared)["id_generation"] = package
    vars(package)["unified_id_generator"] = module
    vars(package)["UnifiedIdGenerator"] = vars(module)["UnifiedIdGenerator"]
    return dict(zip(names, (shared, package, module), strict=True))


def run(source: bytes, drive: Callable[[dict[str, Any], Trace], None] | None = None) -> Trace:
    """Run a program, then `drive` with what it defined; an exception of either ends the trace."""
    trace, printed = Trace(), io.StringIO()
    module = types.ModuleType("program")
    space = vars(module)
    space["log"] = trace.log
    modules = {**_generator_modules(), "program": module}
    with _modules(modules), contextlib.redirect_stdout(printed):
        try:
            exec(compile(source, "program.py", "exec", dont_inherit=True), space)
            if drive is not None:
                drive(space, trace)
        except Exception as error:
            trace.add(("raised", error))
    for line in printed.getvalue().splitlines():
        trace.add(line)
    return trace
