"""Kinds of values that options take."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import click


class PathName(click.types.StringParamType):
    """The name of a file or a folder. An empty one would be the current folder's."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not value:
            self.fail("a name must not be empty.", param, ctx)
        return super().convert(value, param, ctx)


class PathOf(PathName):
    """The same, as a Path."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return Path(super().convert(value, param, ctx))


class Number(click.FloatRange):
    """A number in a range, which `nan` is not, though it lies outside of none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        number = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value} is no number.", param, ctx)
        return number
