"""What calls in the same file hand to the parameters of a function."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ssot_lint.analysis.syntax.mentions import Mentions
from ssot_lint.analysis.syntax.parsing import Function, walk


def handed_no_text(function: Function, mentions: Mentions) -> set[str]:
    """The parameters of a function that a call of its name hands nothing, or no text, literally."""
    given = function.args
    named = [arg.arg for arg in (*given.posonlyargs, *given.args)]
    keywords = {*(arg.arg for arg in given.kwonlyargs), *named}
    found: set[str] = set()
    owner = mentions.parents.get(function)
    is_init = isinstance(owner, ast.ClassDef) and function.name == "__init__"
    called = owner.name if isinstance(owner, ast.ClassDef) and is_init else function.name
    for call in _calls(called, mentions):
        # `obj.method(None)` hands `self` over by itself, and so does a call of the class.
        own = named[1:] if is_init or isinstance(call.func, ast.Attribute) else named
        for name, value in zip(own, call.args, strict=False):
            if isinstance(value, ast.Starred):
                break
            if _is_no_text(value):
                found.add(name)
        for keyword in call.keywords:
            if keyword.arg in keywords and _is_no_text(keyword.value):
                found.add(str(keyword.arg))
    return found


def _calls(name: str, mentions: Mentions) -> Iterator[ast.Call]:
    for piece in mentions.of(name):
        for node in walk(piece):
            match node:
                case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called)):
                    if called == name:
                        yield node


def _is_no_text(value: ast.expr) -> bool:
    """Whether a value is a literal that names nobody."""
    return isinstance(value, ast.Constant) and not (isinstance(value.value, str) and value.value)
