"""The settings that a project's generator calls for, as far as its source tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ssot_lint.config.settings import Settings
from ssot_lint.ids.generator.api import ONE_PREFIX, GeneratorApi
from ssot_lint.ids.generator.reading import context_prefixes, read_generator_api
from ssot_lint.run import files
from ssot_lint.run.discovery.generators import Candidate

_ID_FOLDER = re.compile(r"(^|_)ids?(_|$)|identif")
# A class with a name such as `RequestContext`, up to the next code that stands at the margin.
_CONTEXT_CLASS = re.compile(
    rb"^class[ \t]+(?P<name>\w*Context)\b(?P<body>[^\n]*(?:\n(?:[ \t][^\n]*)?\r?)*)", re.MULTILINE
)
_VALIDATES = re.compile(r"(is_valid|validate|verify)(_|$)")


def proposed_settings(chosen: Candidate, paths: Iterable[str], defaults: Settings) -> Settings:
    """The settings under which a candidate is the generator, as far as its source tells."""
    settings = replace(
        defaults,
        generator=chosen.dotted,
        generator_aliases=(),
        context_method=chosen.context_method,
        context_ids=chosen.context_ids,
        exempt=_exempt(chosen.path),
    )
    api = read_generator_api(settings)
    known = list(paths)
    settings = replace(
        settings,
        context_ids=api.context_ids if chosen.context_method else (),
        id_method=api.function or _id_method(api, settings, chosen),
        validators=tuple(m.name for m in api.methods if _VALIDATES.match(m.name)),
    )
    if settings.context_ids != defaults.context_ids:
        # The first one holds the others, and may go on over many of them: a thread, a trace. To
        # OST306, ids with a prefix are such.
        settings = replace(settings, id_prefixes=context_prefixes(settings)[:1])
    settings = replace(settings, context_classes=_context_classes(known, settings))
    aliases = tuple(_aliases(chosen, known, api, settings))
    public = [name for name in aliases if not _is_private(name)]
    if _is_private(settings.generator) and public:
        aliases = (settings.generator, *(name for name in aliases if name != public[0]))
        settings = replace(settings, generator=public[0])
    return replace(settings, generator_aliases=aliases)


def _context_classes(paths: Iterable[str], settings: Settings) -> tuple[str, ...]:
    """The default ones where the project has one; else its classes that are named as contexts.

    And that have two fields or more, or parameters, that are ids of a context.
    """
    if not settings.context_ids:
        return ()
    names = b"|".join(name.encode() for name in settings.context_classes)
    default = re.compile(rb"^class[ \t]+(?:%b)\b" % names, re.MULTILINE)
    any_id = b"|".join(re.escape(one.encode()) for one in settings.context_ids)
    field = re.compile(rb"(?:^[ \t]+|[(,][ \t\r\n]*)(%b)[ \t]*:" % any_id, re.MULTILINE)
    found: list[str] = []
    for path in paths:
        source = _read(path)
        if default.search(source):
            return settings.context_classes
        if settings.is_test(settings.relative(path)) or not field.search(source):
            continue
        for match in _CONTEXT_CLASS.finditer(source):
            if len(set(field.findall(match["body"]))) > 1:
                found.append(match["name"].decode())
    return tuple(sorted(set(found)))


def _is_private(dotted: str) -> bool:
    return any(part.startswith("_") for part in dotted.split("."))


def _exempt(path: str) -> tuple[str, ...]:
    """The folder of the generator, where its name says that it is there for ids."""
    folder = path.rpartition("/")[0]
    return (f"{folder}/**",) if _ID_FOLDER.search(folder.rpartition("/")[2]) else ()


def _id_method(api: GeneratorApi, settings: Settings, chosen: Candidate) -> str:
    """The method that makes one id."""
    if api.method(settings.id_method) is not None:
        return settings.id_method
    making = [name for name in chosen.of_any_kind if name != settings.context_method]
    making = making or [name for name in chosen.made_by if name != settings.context_method]
    called = replace(ONE_PREFIX, makes_ids=False)
    names = [name for name in making if api.obstacle(name, called) is None]
    # One that fixes can call, if any; one that makes no prefix, if need be.
    free = [name for name in making if api.obstacle(name, api.shape_of_one(name)) is None]
    names = [name for name in names if api.obstacle(name, ONE_PREFIX) is None] or free or names
    names = names or making
    # The plainest: `new` before `new_for_session`.
    return min(names, key=lambda name: (len(name), name), default=settings.id_method)


def _aliases(
    chosen: Candidate, paths: Iterable[str], api: GeneratorApi, settings: Settings
) -> Iterator[str]:
    """Other dotted names under which files import it, or could from a package around."""
    owner = chosen.dotted.rpartition(".")[0]
    parts = owner.split(".")
    modules = {".".join(parts[:end]) for end in range(1, len(parts))}
    imported = re.compile(
        rb"^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]+(?:\([^)]*|[^\n]*)\b"
        + re.escape(chosen.name.encode())
        + rb"\b",
        re.MULTILINE,
    )
    for path in paths:
        source = _read(path)
        if chosen.name.encode() in source:
            modules |= {match[1].decode("utf-8", "replace") for match in imported.finditer(source)}
    for module in sorted(modules - {owner}):
        if module.startswith("."):
            continue
        name = f"{module}.{chosen.name}"
        # On a path that begins further in, or the same from elsewhere.
        other = read_generator_api(replace(settings, generator=name))
        is_same = not set(other.sources).isdisjoint(api.sources) and other.function == api.function
        if owner.endswith(f".{module}") or is_same:
            yield name


def _read(path: str) -> bytes:
    try:
        return files.read(path)
    except OSError:
        return b""
