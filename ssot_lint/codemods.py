"""The libcst codemod commands: the same fixes for people who run `python -m libcst.tool`."""

from __future__ import annotations

import argparse
import builtins
import os
from dataclasses import fields
from functools import cache
from typing import ClassVar

import libcst as cst
from libcst.codemod import CodemodCommand, CodemodContext, SkipFile

from ssot_lint.config.reader import SettingsReader
from ssot_lint.config.settings import check_codes
from ssot_lint.model.errors import UserError
from ssot_lint.rules.registry import CODES, UNUSED_SUPPRESSION, all_rules
from ssot_lint.run import files
from ssot_lint.run.ratchet import Baselines
from ssot_lint.run.runner import Options, Runner


class FixIds(CodemodCommand):
    """All fixes, or those of the codes that `--select` names."""

    DESCRIPTION: str = "Rewrite code that makes ids past the generator (ssot-lint, all rules)."
    codes: ClassVar[tuple[str, ...] | None] = None
    """The codes of a command for a single rule."""

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        """Add the options of `ssot-lint fix` that make sense here."""
        arg_parser.add_argument(
            "--unsafe-fixes",
            action="store_true",
            help="Apply fixes that may change the meaning, too.",
        )
        arg_parser.add_argument(
            "--select", metavar="CODES", help="Codes or prefixes to fix, with commas between them."
        )
        arg_parser.add_argument(
            "--no-baseline", action="store_true", help="Fix what the baseline accepts, too."
        )

    def __init__(
        self,
        context: CodemodContext,
        unsafe_fixes: bool = False,
        select: str | None = None,
        no_baseline: bool = False,
    ) -> None:
        super().__init__(context)
        self._unsafe = unsafe_fixes
        codes = self.codes
        if select is not None:
            given = (code.strip() for code in select.split(",") if code.strip())
            codes = check_codes(given, CODES)
        # libcst's tool makes a command anew for each file.
        self._reader, self._runner = _runner(codes, os.getcwd())
        self._baselines = None if no_baseline else Baselines(self._reader, None)

    def transform_module(self, tree: cst.Module) -> cst.Module:
        """The module with the fixes applied; without any, it is written as it was read."""
        path = self.context.filename or "-"
        source = _source_of(tree, self.context.filename)
        try:
            return _Verbatim.of(tree, source, self._fixed(source, path))
        except UserError as error:
            raise SkipFile(str(error)) from None

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        """As `transform_module`."""
        return self.transform_module(tree)

    def _fixed(self, source: bytes, path: str) -> bytes:
        """What fixes make of a file. Raises UserError."""
        # libcst's tool searches folders without asking: a virtual environment is none of the code.
        if files.is_excluded(path, self._reader):
            return source
        if self._baselines is not None and self._baselines.unknown([path]):
            self._baselines.follow([self._runner.check_bytes(source, path)])
        spared = self._baselines.spared if self._baselines is not None else None
        done = self._runner.fix_bytes(source, path, unsafe=self._unsafe, spared=spared)
        for finding in done.result.findings:
            if not done.result.analysed:
                self.warn(finding.message)
        return source if done.source is None else done.source


@cache
def _runner(codes: tuple[str, ...] | None, folder: str) -> tuple[SettingsReader, Runner]:
    """What checks files when commands run in a folder; with what is known of all of them.

    `codes` are those to fix; None leaves them to the settings.
    """
    overrides: dict[str, object] = {}
    if codes is not None:
        overrides = {"select": codes, "extend_select": (), "ignore": ()}
    reader = SettingsReader(CODES, overrides=overrides)
    return reader, Runner(reader, Options(use_cache=True, asks_all=True))


def _source_of(tree: cst.Module, filename: str | None) -> bytes:
    """The bytes that a tree was read from: the file's, where it still holds them.

    The tree itself has lost some: form feeds, and carriage returns that stand alone.
    """
    plain = tree.bytes
    try:
        content = files.read(filename) if filename is not None else plain
        is_same = content == plain or cst.parse_module(content).bytes == plain
    except Exception:  # it is not there, or something else by now
        return plain
    return content if is_same else plain


class _Verbatim(cst.Module):
    """A module that is written as the text it was read from, as long as nobody changes it.

    What makes another one of it, such as `with_changes`, makes one that libcst writes.
    """

    @classmethod
    def of(cls, tree: cst.Module, source: bytes, after: bytes) -> _Verbatim:
        """The module of a text; `tree` is that of `source`."""
        read = tree if after == source else cst.parse_module(after)
        module = cls(**{field.name: getattr(read, field.name) for field in fields(cst.Module)})
        module.__dict__["text"] = after
        return module

    @property
    def code(self) -> str:
        text = self.__dict__.get("text")
        return super().code if text is None else text.decode(self.encoding)

    @property
    def bytes(self) -> builtins.bytes:
        text: builtins.bytes | None = self.__dict__.get("text")
        return super().bytes if text is None else text


@cache
def _commands() -> dict[str, type[FixIds]]:
    """A command for each rule that fixes, by name."""
    commands: dict[str, type[FixIds]] = {}
    for rule in all_rules():
        # This one judges the codes of the rules that run with it: alone it would do nothing.
        if rule.fixable == "never" or rule.code == UNUSED_SUPPRESSION:
            continue
        name = f"Fix{rule.__name__}"
        # `python -OO` has taken what rules say of themselves.
        finds = rule.summary().removeprefix("Finds ").removesuffix(".") or rule.name
        body = {
            "__doc__": f"Fixes of {rule.code}.",
            "__module__": __name__,
            "DESCRIPTION": f"Fix {finds} (ssot-lint {rule.code}).",
            "codes": (rule.code,),
        }
        commands[name] = type(name, (FixIds,), body)
    return commands


def __getattr__(name: str) -> type[FixIds]:
    """The command of a rule, which libcst's tool asks for by name, as `pickle` does."""
    command = _commands().get(name) if name.startswith("Fix") else None
    if command is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`", name=name)
    return command


def __dir__() -> list[str]:
    """What libcst's tool lists."""
    return sorted({*globals(), *_commands()})
