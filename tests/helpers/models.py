"""The models of a text: what Python says of it, what ids are in it, and what libcst reads of it."""

from __future__ import annotations

import ast

import libcst as cst

from ssot_lint.analysis.dataflow.references import References
from ssot_lint.analysis.semantics.control_flow.resolver import resolve_names
from ssot_lint.analysis.semantics.excerpt_view import ExcerptView
from ssot_lint.analysis.semantics.names import Tracked
from ssot_lint.analysis.semantics.semantic_model import SemanticModel
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.ast_nodes import Syntax
from ssot_lint.analysis.syntax.mentions import Mentions
from ssot_lint.config.settings import Settings
from ssot_lint.engine.excerpt import Excerpt
from ssot_lint.engine.prefilter import Prefilter
from ssot_lint.ids.generator.api import GeneratorApi
from ssot_lint.ids.generator.reading import builtin_api
from ssot_lint.ids.id_model import IdModel, tracked
from ssot_lint.rules.registry import CODES

NOBODY = Tracked("nobody.Nothing", frozenset({"nobody.Nothing"}))


def semantic_model(code: str, tracked: Tracked = NOBODY) -> SemanticModel:
    """The model of a whole text."""
    syntax, text = Syntax(ast.parse(code)), SourceText(code)
    return SemanticModel(syntax, text, resolve_names(syntax, text, tracked, None))


def references(code: str) -> References:
    """What is read through a whole text."""
    syntax = Syntax(ast.parse(code))
    return References(syntax, Mentions(syntax.tree, SourceText(code)))


def excerpt_view(code: str, tracked: Tracked = NOBODY) -> ExcerptView:
    """The model of a whole text, asked with its libcst nodes."""
    return ExcerptView(cst.parse_module(code), semantic_model(code, tracked))


def id_model(
    code: str, api: GeneratorApi | None = None, settings: Settings | None = None
) -> IdModel:
    """The model of the ids in a whole text."""
    settings = settings or Settings()
    semantics = semantic_model(code, tracked(settings))
    return IdModel(semantics, settings, api or builtin_api(settings), frozenset(CODES))


def masked(text: str, settings: Settings | None = None) -> str:
    """What is left of a text for libcst to read."""
    settings = settings or Settings()
    prefilter = Prefilter(CODES, settings)
    return Excerpt.of(text, "a.py", prefilter, builtin_api(settings)).masked
