"""The libcst codemod commands: the same fixes for people who run `python -m libcst.tool`."""

from __future__ import annotations

import argparse
from typing import ClassVar

import libcst as cst
from libcst.codemod import CodemodCommand, CodemodContext, SkipFile

from ssot_lint.errors import UserError
from ssot_lint.run import Runner
from ssot_lint.screens import CODES
from ssot_lint.settings import SettingsReader, check_codes


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

    def __init__(
        self, context: CodemodContext, unsafe_fixes: bool = False, select: str | None = None
    ) -> None:
        super().__init__(context)
        self._unsafe = unsafe_fixes
        codes = self.codes
        if select is not None:
            given = (code.strip() for code in select.split(",") if code.strip())
            codes = check_codes(given, CODES)
        overrides: dict[str, object] = {}
        if codes is not None:
            overrides = {"select": codes, "extend_select": (), "ignore": ()}
        self._runner = Runner(SettingsReader(CODES, overrides=overrides))

    def transform_module(self, tree: cst.Module) -> cst.Module:
        """The module with the fixes applied; the same object when there is none."""
        path = self.context.filename or "-"
        try:
            result = self._runner.fix_bytes(tree.bytes, path, unsafe=self._unsafe)
        except UserError as error:
            raise SkipFile(str(error)) from None
        for finding in result.result.findings:
            if not result.result.analysed:
                self.warn(finding.message)
        return tree if result.source is None else cst.parse_module(result.source)

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        """As `transform_module`."""
        return self.transform_module(tree)


class FixDirectUuidCall(FixIds):
    """Fixes of OST101."""

    DESCRIPTION = "Rewrite direct calls of uuid functions (ssot-lint OST101)."
    codes = ("OST101",)


class FixUuidCallableReference(FixIds):
    """Fixes of OST102."""

    DESCRIPTION = "Rewrite uuid functions that are handed on as defaults (ssot-lint OST102)."
    codes = ("OST102",)


class FixEmergencyUuidFallback(FixIds):
    """Fixes of OST103."""

    DESCRIPTION = "Rewrite fallbacks that make ids themselves (ssot-lint OST103)."
    codes = ("OST103",)


class FixHandBuiltId(FixIds):
    """Fixes of OST104."""

    DESCRIPTION = "Rewrite ids that are put together by hand (ssot-lint OST104)."
    codes = ("OST104",)


class FixMultipleGeneratorCalls(FixIds):
    """Fixes of OST201."""

    DESCRIPTION = "Merge context calls for the same user into one (ssot-lint OST201)."
    codes = ("OST201",)


class FixPiecemealContextIds(FixIds):
    """Fixes of OST202."""

    DESCRIPTION = "Make the ids of one user by one context call (ssot-lint OST202)."
    codes = ("OST202",)


class FixShadowedGeneratorImport(FixIds):
    """Fixes of OST203."""

    DESCRIPTION = "Import the generator at module level where that fails in a function (OST203)."
    codes = ("OST203",)


class FixUnprefixedThreadLiteral(FixIds):
    """Fixes of OST301."""

    DESCRIPTION = "Put the prefix before thread ids that lack it (ssot-lint OST301)."
    codes = ("OST301",)


class FixDoubledIdPrefix(FixIds):
    """Fixes of OST302."""

    DESCRIPTION = "Drop prefixes in front of ids that have them already (ssot-lint OST302)."
    codes = ("OST302",)


class FixTruncatedGeneratedId(FixIds):
    """Fixes of OST303."""

    DESCRIPTION = "Leave ids of the generator whole (ssot-lint OST303)."
    codes = ("OST303",)


class FixUnvalidatedThreadLookup(FixIds):
    """Fixes of OST401."""

    DESCRIPTION = "Check thread ids before repositories look them up (ssot-lint OST401)."
    codes = ("OST401",)
