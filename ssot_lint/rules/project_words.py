"""Rule pages are written with the default names; here they get those of the settings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from ssot_lint.config.settings import DEFAULT_GENERATOR, Settings, shown_path
from ssot_lint.ids.generator.reading import read_generator_api
from ssot_lint.ids.generator.shapes import resolved
from ssot_lint.model.wording import with_article
from ssot_lint.rules.registry import NEEDING_CONTEXT, all_rules
from ssot_lint.rules.rule import Rule

_DEFAULTS = Settings()
_RULE_NAMES = {rule.name: rule.name for rule in all_rules()}
_SEPARATORS = "_-.:/"


class ProjectWords:
    """Writes texts with the names of settings.

    The generator, its methods, the kinds of ids and what these begin with, and the context class
    are put in the place of the default ones. Settings that name none leave the default as it is.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = resolved(settings, read_generator_api(settings))

    def __call__(self, text: str) -> str:
        """The text with the names of the settings."""
        if not self._names:
            return text
        pattern = "|".join(map(_whole, sorted(self._names, key=len, reverse=True)))
        written = re.sub(rf"(?<![A-Za-z])(?:{pattern})", lambda m: self._names[m[0]], text)
        new = "|".join(map(_whole, sorted({*self._names.values()}, key=len, reverse=True)))
        return re.sub(rf"(?<![\w`.])an? ({new})", lambda m: with_article(m[1]), written)

    def page(self, rule: type[Rule]) -> str:
        """The documentation of a rule in Markdown, with its code and name above."""
        return f"# {rule.code} {rule.name}\n\n{self(rule.documentation())}\n"

    @property
    def origin(self) -> str:
        """Where the names come from, as the end of a sentence."""
        source = self._settings.source
        return f"those of {shown_path(source)}" if source else "the defaults; settings name yours"

    @property
    def off(self) -> frozenset[str]:
        """The codes of which the settings leave nothing to say."""
        return NEEDING_CONTEXT if not self._settings.context_method else frozenset()

    @cached_property
    def _names(self) -> dict[str, str]:
        """Default names, each with the one that stands for it; itself, where it stays."""
        pairs = {**dict(self._of_generator()), **dict(self._of_kinds())}
        if all(old == new or not new for old, new in pairs.items()):
            return {}
        return {**{old: new or old for old, new in pairs.items()}, **_RULE_NAMES}

    def _of_generator(self) -> Iterator[tuple[str, str]]:
        settings, name = self._settings, _DEFAULTS.generator_class
        yield _statement(_DEFAULTS), _statement(settings)
        for old, new in (
            (_DEFAULTS.context_method, settings.context_method),
            (_DEFAULTS.id_method, settings.id_method),
            (next(iter(_DEFAULTS.validators)), next(iter(settings.validators), "")),
        ):
            yield f"{name}.{old}", new and settings.shown(new)
            yield old, new
        yield DEFAULT_GENERATOR, settings.generator
        yield name, settings.generator_class
        (context_class,) = _DEFAULTS.context_classes
        yield context_class, next(iter(settings.context_classes), "").rpartition(".")[2]

    def _of_kinds(self) -> Iterator[tuple[str, str]]:
        """The kind that must begin with a prefix, and those of the context, by their order."""
        ((old, begins),) = _DEFAULTS.id_prefixes
        kind, prefix = next(iter(self._settings.id_prefixes), (old, begins))
        yield old, kind
        yield begins, prefix
        for ending in ("", "s"):
            words = [f"{one.removesuffix('_id')}{ending}" for one in (old, kind)]
            yield from ((words[0], words[1]), (words[0].capitalize(), words[1].capitalize()))
        for quote in "\"'":
            old_word, word = (one.rstrip(_SEPARATORS) for one in (begins, prefix))
            yield f"{quote}{old_word}{quote}", f"{quote}{word}{quote}"
        others = [one for one in self._settings.context_ids if one != kind]
        yield from zip([one for one in _DEFAULTS.context_ids if one != old], others, strict=False)


def _statement(settings: Settings) -> str:
    """The import that code needs to call the generator."""
    name = next(iter(settings.generator_members), "")
    if name:
        return f"from {settings.generator} import {name}"
    owner, _, last = settings.generator.rpartition(".")
    return f"from {owner} import {last}" if owner else f"import {last}"


def _whole(name: str) -> str:
    """A pattern for a name where it does not go on; a prefix does."""
    return re.escape(name) + ("(?![A-Za-z])" if name[-1].isalpha() else "")
