"""Which method of the generator makes an id: one for its kind alone, or the id method."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from ssot_lint.fixes.file_context import FileContext
from ssot_lint.fixes.planning.replacement import Site
from ssot_lint.fixes.planning.users import Users
from ssot_lint.fixes.refusal import Refusal
from ssot_lint.ids.bindings import names_in
from ssot_lint.ids.generator.api import ONE_PREFIX, Shape
from ssot_lint.ids.kinds import kind_of, snake_case


@dataclass(frozen=True)
class MakingCall:
    """A call of the generator that makes one id."""

    method: str
    arguments: str
    """The code of what it is handed."""
    shape: Shape


class KindMethods:
    """Chooses the calls of one file. Made once per file: `file.once(KindMethods)`."""

    def __init__(self, file: FileContext) -> None:
        self._semantics = file.semantics
        self._ids = file.ids
        self._users = file.once(Users)

    def call_for(self, site: Site, *, is_deferred: bool = False) -> MakingCall | Refusal:
        """The call that makes the id of a site; `is_deferred`: at another time, as in a lambda.

        That of its kind's own method, where the ids of this begin as those of the id method would
        with the site's prefix, and where what it takes is at hand.
        """
        prefix = site.constant_prefix
        for one in self._ids.api.kinds if prefix and site.room is None else ():
            users = self._users_for(site, len(one.parameters))
            is_ready = not (is_deferred and one.parameters)
            if one.prefix == f"{prefix}_" and users is not None and is_ready:
                return MakingCall(one.name, users, one.shape)
        method = self._ids.settings.id_method
        shape = self._ids.api.shape_of_one(method)
        if shape.positional:
            return MakingCall(method, site.prefix, ONE_PREFIX.handing(prefix))
        asked = self._prefix_asked_for(site)
        if site.head or asked:
            told = f"`{method}` takes no prefix, and "
            return Refusal(told + (asked or f"the id begins with `{site.head}`"))
        return MakingCall(method, "", shape)

    def _prefix_asked_for(self, site: Site) -> str:
        """That settings ask ids of the kind to begin with a prefix; empty where they do not."""
        prefixes = dict(self._ids.settings.id_prefixes)
        names = map(snake_case, names_in(site.binding))
        kind = next(filter(None, (kind_of(name, tuple(prefixes)) for name in names)), None)
        return f"by `id-prefixes` a `{kind}` begins with `{prefixes[kind]}`" if kind else ""

    def _users_for(self, site: Site, count: int) -> str | None:
        """The code of what a method takes: a user, or nothing. None where that is not at hand."""
        if not count:
            return ""
        line = self._semantics.statement_of(site.node)
        if count > 1 or not isinstance(line, cst.BaseStatement):
            return None
        scope = self._semantics.scope_of(site.node)
        return self._users.at_hand(site, line, scope, beforehand=False)
