"""What is done to `x` that depends on the form of its value."""

from __future__ import annotations

import pytest

from ssot_lint.analysis.dataflow.access_paths import (
    SUBSTRING,
    WHOLE,
    AccessPath,
    Labels,
    Root,
    Through,
)
from ssot_lint.analysis.dataflow.calls.possible_values import possible_values
from ssot_lint.analysis.dataflow.references import references_of
from ssot_lint.analysis.dataflow.sinks.uses import Uses
from tests.helpers.models import semantic_model


def done_to_x(code: str, labels: Labels) -> str | None:
    """What is done where `x` is read for the last time."""
    model = semantic_model(code)
    references = model.once(references_of)
    node = references.loads(AccessPath(Root.VARIABLE, "x"))[-1]
    effect = Uses(references, model.once(possible_values)).of(node, labels)
    return effect.what if effect is not None else None


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
        ("x.startswith('a')", "is checked to begin with `a`"),
        ("x.endswith('a')", "is checked to end with `a`"),
        ("x.startswith(y)", None),
        ("y = tuple(z); x.startswith(y)", "is checked to begin with `y`"),
        ("y = 'a'; x.startswith(y)", "is checked to begin with `y`"),
        ("x.rfind('-')", "is taken apart"),
        ("x.center(40)", "is taken apart"),
        ("takewhile(f, x)", "is taken apart"),
        ("textwrap.wrap(x, 8)", "is taken apart"),
        ("self.wrap(x)", None),
        ("f = P.fullmatch; f(x)", "is matched with a pattern"),
        ("f = itemgetter(slice(8)); f(x)", "is cut"),
        ("P = re.compile(y); P.findall(x)", "is matched with a pattern"),
        ("P.findall(x)", None),
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
    assert done_to_x(code, WHOLE) == done


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
        ("x[36:]", "is cut"),
        ("P = re.compile(y); P.sub('', x)", "is matched with a pattern"),
        ("P.sub('', x)", None),
        ("len(x) == 40", "is measured"),
        ("len(x) > 40", None),
        ("x.count('-')", "is searched for `-`"),
        ("x.count('a')", None),
        ("x.split()", None),
        ("x.join('_')", None),
    ],
)
def test_done_to_text(code: str, done: str | None) -> None:
    assert done_to_x(code, SUBSTRING) == done


@pytest.mark.parametrize(
    ("code", "done"),
    [
        ("map(P.fullmatch, x)", "is matched with a pattern"),
        ("map(str, x)", None),
        ("map(len, x)", "is measured"),
        ("groupby(x, key=itemgetter(0))", "is cut"),
        ("sorted(x, key=itemgetter('name'))", None),
        ("map(methodcaller('split', '-'), x)", "is taken apart"),
        ("map(methodcaller('lower'), x)", None),
        ("save(P.fullmatch, x)", None),
    ],
)
def test_done_to_each(code: str, done: str | None) -> None:
    assert done_to_x(code, WHOLE.within(Through.ELEMENT)) == done
