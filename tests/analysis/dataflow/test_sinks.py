"""What is done to `x` that depends on the form of its value."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.analysis.dataflow.access_paths import AccessPath, Root
from ssot_lint.analysis.dataflow.references import References
from ssot_lint.analysis.dataflow.sinks import done_to, done_to_text
from tests.helpers.models import references


def read_of_x(code: str) -> tuple[ast.expr, References]:
    """The last read of `x`."""
    found = references(code)
    return found.loads(AccessPath(Root.VARIABLE, "x"))[-1], found


@pytest.mark.parametrize(
    ("code", "done"),
    [
        ("x[:8]", "is cut"),
        ("x[0]", "is cut"),
        ("x[i]", "is cut"),
        ("a[x]", None),
        ("x['key']", None),
        ("x[f'{y}']", None),
        ("x[a, b]", None),
        ("x.split('-')", "is taken apart"),
        ("x.encode()", None),
        ("x.startswith('a')", None),
        ("x.lower()", None),
        ("for y in x: pass", "is taken apart"),
        ("[y for y in x]", "is taken apart"),
        ("a, b = x", "is taken apart"),
        ("f(*x)", "is taken apart"),
        ("list(x)", "is taken apart"),
        ("zip(a, x)", "is taken apart"),
        ("str.split(x)", "is taken apart"),
        ("self.list(x)", None),
        ("UUID(x)", "is handed to `UUID()`"),
        ("uuid.UUID(x)", "is handed to `UUID()`"),
        ("to_uuid_or_none(x)", "is handed to `to_uuid_or_none()`"),
        ("int(x, 16)", "is handed to `int()`"),
        ("self.int(x)", None),
        ("bytes.fromhex(x)", "is handed to `fromhex()`"),
        ("codecs.decode(x, 'hex')", "is handed to `decode()`"),
        ("json.decode(x)", None),
        ("len(x)", "is measured"),
        ("self.len(x)", None),
        ("re.sub(p, '', x)", "is matched with a pattern"),
        ("PATTERN.fullmatch(x)", "is matched with a pattern"),
        ("isinstance(x, UUID)", "is tested for being a UUID"),
        ("isinstance(x, str)", None),
        ("x == UUID(y)", "is compared with a UUID"),
        ("'-' in x", "is searched"),
        ("y in x", None),
        ("x in y", None),
        ("x < y", "is compared by its order"),
        ("a <= x", "is compared by its order"),
        ("x == y", None),
        ("f'{x:36}'", "is formatted to a width"),
        ("f'{x:>s}'", None),
        ("f'{x}'", None),
        ("'%36s' % x", "is formatted to a width"),
        ("'%s' % x", None),
        ("'%s %.8s' % (y, x)", "is formatted to a width"),
        ("'%8s %s' % (y, x)", None),
        ("'%(a)8s' % {'a': x}", "is formatted to a width"),
        ("'%(b)8s %(a)s' % {'a': x}", None),
        ("'{:8}'.format(x)", "is formatted to a width"),
        ("'{a:8}'.format(a=x)", "is formatted to a width"),
        ("'{b:8}{a}'.format(a=x)", None),
        ("'100%% {:8}'.format(x)", "is formatted to a width"),
        ("format(x, '8')", "is formatted to a width"),
        ("log.info('%8s', x)", "is formatted to a width"),
        ("log.info('%8s %s', y, x)", None),
        ("execute('select ?', x)", None),
        ("x.hex", "is used as a UUID object"),
        ("x.version", "is used as a UUID object"),
        ("x.name", None),
        ("save(x)", None),
    ],
)
def test_done_to(code: str, done: str | None) -> None:
    effect = done_to(*read_of_x(code))

    assert (effect.what if effect is not None else None) == done


@pytest.mark.parametrize(
    ("code", "done"),
    [
        ("x.split('_')", "is split at `_`"),
        ("x.rpartition('_a')", "is split at `_a`"),
        ("x.split('-')", "is split at `-`"),
        ("x.split(':')", None),
        ("re.match(p, x)", "is matched with a pattern"),
        ("fnmatch(x, 'a*')", "is matched with a pattern"),
        ("client.match(x)", None),
        ("re.escape(x)", None),
        ("x[:20]", "is cut"),
        ("x[-12:]", "is cut"),
        ("x[4:]", None),
        ("x.split()", None),
        ("x.join('_')", None),
    ],
)
def test_done_to_text(code: str, done: str | None) -> None:
    effect = done_to_text(*read_of_x(code))

    assert (effect.what if effect is not None else None) == done
