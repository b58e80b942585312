"""What the value of an expression is made of, followed backward with the rows of the library."""

from __future__ import annotations

import libcst as cst

from ssot_lint.analysis.dataflow.library import Port, same_row
from ssot_lint.analysis.semantics.names import Names
from ssot_lint.analysis.syntax.libcst_nodes import last_name


def handed_on(call: cst.Call, names: Names) -> cst.BaseExpression | None:
    """The expression whose text is the result of a call: of `str(x)`, `cast(str, x)`, `x.lower()`.

    It may be in another case, or without what stands around it. None where that is not sure.
    """
    name = last_name(call.func)
    if isinstance(call.func, cst.Attribute) and same_row(name, Port.RECEIVER) and not call.args:
        return call.func.value
    at = 1 if name == "cast" else 0
    row = same_row(name, Port.FIRST)
    if row is None or len(call.args) != at + 1 or any(arg.star for arg in call.args):
        return None
    if "builtins" in row.modules:
        is_sure = isinstance(call.func, cst.Name) and names.is_builtin(call.func)
    else:
        is_sure = not names.dotted(call.func).isdisjoint(f"{m}.{name}" for m in row.modules)
    return call.args[at].value if is_sure else None
