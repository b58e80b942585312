"""What is in force for a path: its settings, and what is known of the generator."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.config.settings import Settings, render_settings
from ssot_lint.ids.generator.api import GeneratorApi, Method, MethodKind, Parameter
from ssot_lint.model.errors import printable
from ssot_lint.model.wording import with_article


def render_in_force(settings: Settings, api: GeneratorApi) -> str:
    """The settings as TOML, where they come from, and the generator's methods, as comments."""
    source = str(settings.source) if settings.source is not None else "the defaults"
    lines = [
        f"# Settings: {printable(source)}",
        f"# Root: {printable(str(settings.root))}",
        "",
        render_settings(settings),
        *(f"# {printable(line)}".rstrip() for line in _generator_lines(settings, api)),
    ]
    return "\n".join(lines) + "\n"


def _generator_lines(settings: Settings, api: GeneratorApi) -> Iterator[str]:
    if api.origin is None:
        yield f"Generator: built-in table, because {api.remark}"
        yield "  it serves for reports; no fix is offered without the generator's source"
    else:
        yield f"Generator: read from {api.origin}"
        if api.remark:
            yield f"  may have more methods: {api.remark}"
        if api.warning:
            yield f"  {api.warning}"
    if settings.context_method:
        yield f"  `{settings.context_method}` gives {', '.join(api.context_ids)}"
    for kind, reason in api.refusals:
        told = (
            f"accepts each {kind}" if not reason else f"may refuse {with_article(kind)}: {reason}"
        )
        yield f"  `{settings.validators[0]}` {told}"
    if api.context_remark:
        yield f"  no fix unpacks it: {api.context_remark}"
    for method in api.methods:
        if not method.name.startswith("_"):
            yield f"  {_signature(method)}"


def _signature(method: Method) -> str:
    if method.takes is None:
        return f"{method.name}  (takes anything, as far as the source tells)"
    parts = [_parameter(p) for p in method.takes.parameters if p.by_position]
    keyword_only = [_parameter(p) for p in method.takes.parameters if not p.by_position]
    if method.takes.more:
        parts.append("*args")
    elif keyword_only:
        parts.append("*")
    parts += keyword_only
    if method.takes.any_keyword:
        parts.append("**kwargs")
    kind = "" if method.binding is MethodKind.STATIC else f"  {method.binding.value} method"
    return f"{'async ' if method.is_async else ''}{method.name}({', '.join(parts)}){kind}"


def _parameter(parameter: Parameter) -> str:
    if parameter.required:
        return parameter.name
    return f"{parameter.name}={parameter.default or '...'}"
