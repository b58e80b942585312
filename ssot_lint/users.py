"""For which user a context call makes ids."""

from __future__ import annotations

import libcst as cst


def user_argument(call: cst.Call) -> cst.CSTNode:
    """The user the ids are for: `user_id=`, else the first argument, else the call itself."""
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value == "user_id":
            return _bare(arg.value)
    for arg in call.args:
        if arg.keyword is None:
            return arg if arg.star else _bare(arg.value)
    return call


def _bare(user: cst.BaseExpression) -> cst.BaseExpression:
    """The user without what does not change who it is: `str(...)` and `:=`."""
    match user:
        case cst.NamedExpr():
            return _bare(user.target)
        case cst.Call(func=cst.Name("str"), args=[cst.Arg(keyword=None, star="") as only]):
            return _bare(only.value)
    return user
