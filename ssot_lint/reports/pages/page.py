"""A page for a browser, made of a template: one file, no scripts, nothing from the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup, escape

from ssot_lint.model.errors import printable
from ssot_lint.model.wording import plural


def render_page(
    package: str, template: str, filters: Mapping[str, Callable[..., Any]], **values: Any
) -> str:
    """The page of a template that lies in a package, with a newline at its end."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(
        {"path": breakable, "plural": plural, "shown": printable, "spoken": spoken, **filters}
    )
    source = resources.files(package).joinpath(template).read_text(encoding="utf-8")
    base = resources.files("ssot_lint.reports.pages").joinpath("base.css")
    css = Markup(base.read_text(encoding="utf-8"))  # noqa: S704  # it is our own
    return environment.from_string(source).render(base_css=css, **values).lstrip() + "\n"


def breakable(path: str) -> Markup:
    """A path that may go on in the next line behind each slash."""
    return Markup("/<wbr>").join(printable(path).split("/"))


def spoken(message: str) -> Markup:
    """A message with its parts in backticks as code."""
    parts = printable(message).split("`")
    if len(parts) % 2 == 0:
        return escape(printable(message))
    code = Markup("<code>{}</code>")
    return Markup("").join(
        code.format(part) if index % 2 else escape(part) for index, part in enumerate(parts)
    )
