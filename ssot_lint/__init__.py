"""ssot_lint finds ids that are made without going through the one id generator of a backend."""

from __future__ import annotations

from ssot_lint.core import check_source
from ssot_lint.model import FileResult, Finding, Location
from ssot_lint.settings import Settings

__version__ = "0.1.0"

__all__ = ["FileResult", "Finding", "Location", "Settings", "__version__", "check_source"]
