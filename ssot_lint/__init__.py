"""ssot_lint finds ids that are made without going through the one id generator of a backend."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ssot_lint.core import check_source, fix_source
    from ssot_lint.edits import EditError, apply_edits
    from ssot_lint.generator_api import GeneratorApi, read_generator_api
    from ssot_lint.model import Edit, FileResult, Finding, Fix, FixResult, Location, Safety
    from ssot_lint.settings import Settings

__version__ = "0.1.0"

__all__ = [
    "Edit",
    "EditError",
    "FileResult",
    "Finding",
    "Fix",
    "FixResult",
    "GeneratorApi",
    "Location",
    "Safety",
    "Settings",
    "__version__",
    "apply_edits",
    "check_source",
    "fix_source",
    "read_generator_api",
]

_ROOMS = ("core", "edits", "generator_api", "model", "settings")


def __getattr__(name: str) -> Any:
    # Whoever asks for the version, or runs the program, does not wait for all rooms.
    if name in __all__:
        for room in _ROOMS:
            module = import_module(f"ssot_lint.{room}")
            if getattr(getattr(module, name, None), "__module__", None) == module.__name__:
                return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
