"""ssot_lint finds ids that are made without going through the one id generator of a backend."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ssot_lint.analysis.source.location import Location
    from ssot_lint.config.settings import Settings
    from ssot_lint.engine.checker import check_source, fix_source
    from ssot_lint.fixes.edits import EditError, apply_edits
    from ssot_lint.ids.generator.api import GeneratorApi
    from ssot_lint.ids.generator.reading import read_generator_api
    from ssot_lint.model.findings import Applicability, Edit, FileResult, Finding, Fix, FixResult
    from ssot_lint.run.session import Session, settings_for

    Safety = Applicability

__version__ = "0.1.0"

__all__ = [
    "Applicability",
    "Edit",
    "EditError",
    "FileResult",
    "Finding",
    "Fix",
    "FixResult",
    "GeneratorApi",
    "Location",
    "Safety",
    "Session",
    "Settings",
    "__version__",
    "apply_edits",
    "check_source",
    "fix_source",
    "read_generator_api",
    "settings_for",
]

# The module of each, imported when somebody asks: who wants the version or runs the program waits
# for none of them.
_HOMES = {
    "Applicability": "model.findings",
    "Edit": "model.findings",
    "EditError": "fixes.edits",
    "FileResult": "model.findings",
    "Finding": "model.findings",
    "Fix": "model.findings",
    "FixResult": "model.findings",
    "GeneratorApi": "ids.generator.api",
    "Location": "analysis.source.location",
    "Session": "run.session",
    "Settings": "config.settings",
    "apply_edits": "fixes.edits",
    "check_source": "engine.checker",
    "fix_source": "engine.checker",
    "read_generator_api": "ids.generator.reading",
    "settings_for": "run.session",
}


def __getattr__(name: str) -> Any:
    if name == "Safety":  # what it was called at first
        name = "Applicability"
    if name in _HOMES:
        return getattr(import_module(f"ssot_lint.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
