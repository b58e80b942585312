"""ssot_lint finds ids that are made without going through the one id generator of a backend."""

from __future__ import annotations

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
