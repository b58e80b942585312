"""What names say: of which kind of id they are, and how ids of that kind begin."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ssot_lint.config.settings import Settings

_SEPARATORS = "_.:/-"
_MAKING = re.compile(r"^_*(generate|create|make|build|new|get|generated|get_or|or)_+(?=\w)")
# Words in front of a kind that say nothing about what the id is of.
_NEW = re.compile(r"^(new|generated|fallback|emergency|default|the|my|self|current)_")
_ID_ENDING = re.compile(r"(^|_)(ids?|uuids?|guids?)$")


def is_id_name(name: str | None) -> bool:
    """Whether something of this name is meant to hold an id."""
    return name is not None and (name == "id" or name.endswith("_id"))


def kind_of(name: str | None, kinds: Sequence[str]) -> str | None:
    """The kind of id that a name holds: the longest of `kinds` that it is or ends in.

    Ends in as a word of its own: a `pthread_id` is no thread id.
    """
    if name is None:
        return None
    fitting = [kind for kind in kinds if name == kind or name.endswith(f"_{kind}")]
    return max(fitting, key=len, default=None)


def own_kind(name: str | None, kinds: Sequence[str]) -> str | None:
    """The kind of id that a name, in whatever case, holds of whoever it is about.

    None for `parent_run_id`, which is a run's id, but of another run.
    """
    if not name:
        return None
    plain = without_new(snake_case(name))
    return plain if plain in kinds else None


def without_new(name: str) -> str:
    """A name without a word in front that says nothing about what it is of: `new_run_id`."""
    return _NEW.sub("", name)


def told_apart(settings: Settings) -> tuple[str, ...]:
    """The kinds of ids that must not stand for one another: the context's, and the user's."""
    return tuple(dict.fromkeys((*settings.context_ids, *settings.user_ids)))


def kinds_of_arguments(settings: Settings) -> tuple[str, ...]:
    """The kinds of ids for which it matters to which parameter of a function they go."""
    return tuple(
        dict.fromkeys((*told_apart(settings), *(kind for kind, _ in settings.id_prefixes)))
    )


def snake_case(name: str) -> str:
    """`threadId`, `ThreadID`, `THREAD_ID` and the header `X-Thread-ID` as `thread_id`."""
    if "-" in name:
        name = name.removeprefix("X-").removeprefix("x-").replace("-", "_")
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return spaced.lower().strip("_")


def names_an_id(name: str) -> bool:
    """Whether a name in snake case says that it holds an id, or several."""
    return is_id_name(name) or name in ("ids",) or name.endswith("_ids")


def says_whose(name: str) -> bool:
    """Whether a name, in whatever case, is that of an id and says whose: `id` alone does not."""
    return "id" in name.lower() and names_an_id(snake_case(name)) and snake_case(name) != "id"


def kind_from(name: str) -> str:
    """What is left of a name in snake case without what makes it the name of an id.

    Empty for `id` and `generate_id`.
    """
    while (stripped := _MAKING.sub("", name)) != name:
        name = stripped
    return _ID_ENDING.sub("", name)


def with_required_prefix(prefix: str, required: str) -> str:
    """The prefix such that ids begin as required: `ws_thread` for `thread_` is `thread_ws`."""
    bare = required.rstrip(_SEPARATORS)
    if prefix == bare or prefix.startswith(required):
        return prefix
    if re.match(rf"{re.escape(bare)}\d", prefix):
        return required + prefix[len(bare) :]
    rest = without_word(prefix, bare)
    return f"{required}{rest}" if rest else bare


def without_word(text: str, word: str) -> str:
    """`text` without the word where it stands between separators, and without one of these."""
    found = re.search(rf"(?:^|(?<=[{_SEPARATORS}])){re.escape(word)}(?=$|[{_SEPARATORS}])", text)
    if found is None:
        return text
    before, after = text[: found.start()], text[found.end() :]
    return before + after[1:] if after else before.rstrip(_SEPARATORS)


# What settings name, without the modules


def class_names(settings: Settings) -> frozenset[str]:
    """The names of the context classes."""
    return frozenset(name.rpartition(".")[2] for name in settings.context_classes)


def generator_classes(settings: Settings) -> frozenset[str]:
    """The names of the generator class."""
    return frozenset(name.rpartition(".")[2] for name in settings.generator_names)


def literal_prefixes(settings: Settings) -> tuple[str, ...]:
    """The prefixes that mark a string as an id, wherever it comes from."""
    words = {kind.removesuffix("_id") for kind in settings.context_ids}
    words.update(prefix for kind, prefix in settings.kind_prefixes if kind in words)
    return tuple(sorted({f"{w}_" for w in words} | {p for _, p in settings.id_prefixes}))
