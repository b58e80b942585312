"""How findings are shown, one file per format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from types import MappingProxyType

from ssot_lint.model.findings import FileResult

Renderer = Callable[[Sequence[FileResult]], str]

# Each format and the module that writes it, imported when it is asked for.
_MODULES: Mapping[str, str] = MappingProxyType(
    {
        "concise": "text",
        "github": "github",
        "gitlab": "gitlab",
        "grouped": "grouped",
        "json": "json",
        "json-lines": "json_lines",
        "junit": "junit",
        "sarif": "sarif",
        "text": "terminal",
    }
)
FORMATS = tuple(_MODULES)
# For programs: what they read must stand alone, without a summary.
FOR_PROGRAMS = frozenset({"gitlab", "json", "json-lines", "junit", "sarif"})


def renderer(name: str) -> Renderer:
    """What writes findings in one of FORMATS."""
    module = import_module(f"ssot_lint.reports.findings.{_MODULES[name]}")
    render: Renderer = getattr(module, f"render_{name.replace('-', '_')}")
    return render
