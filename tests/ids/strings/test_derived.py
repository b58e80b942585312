"""Ids with a prefix twice, and ids that are made of ids of another kind."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.ids.strings.derived import DerivedIds, DoubledPrefixes, is_part, whole_string
from tests.helpers.models import id_model

IMPORT = "from shared.id_generation import UnifiedIdGenerator as G\n"


def doubled(code: str) -> list[str]:
    """The strings that are told of, as they are written."""
    ids = id_model(IMPORT + code)
    return [ast.unparse(node) for node in ids.once(DoubledPrefixes).in_(ids.semantics.syntax.tree)]


def derived(code: str) -> list[tuple[str, str]]:
    """The kinds that are made, and of what."""
    ids = id_model(IMPORT + code)
    answers = ids.once(DerivedIds)
    found = (
        answers.added(node) if isinstance(node, ast.AugAssign) else answers.at(node)
        for node in answers.in_(ids.semantics.syntax.tree)
        if isinstance(node, (ast.AugAssign, ast.expr))
    )
    return [(one.kind, one.source) for one in found if one is not None]


@pytest.mark.parametrize(
    "code",
    [
        "x = f'run_{G.generate_base_id(\"run\")}'",
        "x = 'run_' + G.generate_base_id('run')",
        "x = 'run_%s' % G.generate_base_id('run')",
        "x = 'run_{}'.format(G.generate_base_id('run'))",
        "x = '_'.join(['run', G.generate_base_id('run')])",
        "x = f'a' f'_run_{G.generate_base_id(\"run\")}'",
        "def f():\n p = 'run_'\n return p + G.generate_base_id('run')",
        "def f():\n run_id = 'run_'\n run_id += G.generate_base_id('run')",
        "run_id = f'thread_{\"thread_1\"}'",
        "run_id = 'thread_' + ('thread_1' or 'thread_2')",
    ],
)
def test_doubled(code: str) -> None:
    assert len(doubled(code)) == 1


@pytest.mark.parametrize(
    "code",
    [
        "x = f'run{G.generate_base_id(\"run\")}'",
        "x = f'my_{G.generate_base_id(\"run\")}'",
        "x = f'a:run_{G.generate_base_id(\"run\")}'",
        "x = f'run_{G.generate_base_id(\"run\")!r}'",
        "print(f'run_{G.generate_base_id(\"run\")}')",
        "x = f'the run_{G.generate_base_id(\"run\")}'",
        "key = f'thread_{\"thread_1\"}'",
        "run_id = f'\\x74hread_{\"thread_1\"}'",  # not as they stand
        "run_id = 'thread_' + ('\\x74hread_1' or '\\x74hread_2')",
        "X = 'thread_1'\nrun_id = f'thread_{X}'",
        "def f():\n i = G.generate_base_id('run')\n if i.startswith('run_'): pass\n"
        " run_id = f'run_{i}'",
        "def f():\n i = G.generate_base_id('run')\n if 'run_' in i: pass\n run_id = f'run_{i}'",
    ],
)
def test_not_doubled(code: str) -> None:
    assert not doubled(code)


def test_what_is_said_of_a_doubled_prefix() -> None:
    ids = id_model(IMPORT + "run_id = f'a_run_{G.generate_base_id(\"run\")}_run_{a}'")
    (node,) = ids.semantics.syntax.of(ast.JoinedStr)
    found = ids.once(DoubledPrefixes).at(node)

    assert found is not None
    assert (found.text, found.prefix, found.origin.head) == ("a_run_", "run_", "run_")
    assert (found.is_all, found.again) == (False, False)
    assert found.binding.name == "run_id"


@pytest.mark.parametrize(
    "code",
    [
        "thread_id = f'thread_{run_id}'",
        "thread_id = 'thread_' + run_id",
        "thread_id = run_id.replace('a', 'b')",
        "thread_id = run_id[4:]",
        "thread_id = self.run_id.split('_')[1]",
        "thread_id = d['run_id'][4:]",
        "thread_id = d.get('run_id')[4:]",
        "thread_id = '_'.join([run_id, a])",
        "import re\nthread_id = re.sub('a', 'b', run_id)",
        "import re\nthread_id = re.match('a', run_id).group(1)",
        "f(thread_id=run_id[4:])",
        "d = {'thread_id': run_id[4:]}",
        "thread_id = a if b else run_id[4:]",
        "thread_id = a or b or run_id[4:]",
        "thread_id = (run_id and other)[4:]",
        "def f(r):\n r = run_id\n thread_id = r[4:]",
        "def f():\n t = run_id[4:]\n g(thread_id=t)",
        "def f():\n thread_id = 'thread_'\n thread_id += run_id",
        "def f():\n t, r, q = G.generate_user_context_ids(1, 2)\n thread_id = q[4:]",
        "a, thread_id = run_id.split('_')",
        "thread_id = f'{run_id}' f'_x'",
    ],
)
def test_derived(code: str) -> None:
    assert [kind for kind, _ in derived(code)] == ["thread_id"]


@pytest.mark.parametrize(
    "code",
    [
        "thread_id = run_id",
        "thread_id = f'{run_id}'",
        "thread_id = str(run_id)",
        "thread_id = thread_id[4:]",
        "thread_id = f'{thread_id}_{run_id}'",
        "thread_id == run_id[4:]",
        "print(thread_id=run_id[4:])",
        "thread_id = d['run_id']",
        "thread_id = d['run_id', 0]",
        "thread_id = '%d' % run_id",
        "import re\nthread_id = re.match('a', b).group('thread_id')",
        "def f():\n for run_id in range(3):\n  thread_id = f'thread_{run_id}'",
        "def f():\n for i, run_id in enumerate(a):\n  thread_id = f'thread_{run_id}'",
        "def f(run_id: int):\n thread_id = f'thread_{run_id}'",
        "thread_ids = [run_id[4:]]",
        "thread_id_from_run_id = thread_id[4:]",
        "key = f'{run_id}:{thread_id}'",
        "d[f'{run_id}'] = thread_id",
        "a = run_id[4:] + thread_id",
    ],
)
def test_not_derived(code: str) -> None:
    assert not derived(code)


def test_a_count_of_a_function_is_no_id() -> None:
    code = "def f():\n for run_id in range(3):\n  thread_id = f'thread_{run_id}'"

    assert not derived(code)
    assert derived(code.replace("range(3)", "runs"))


@pytest.mark.parametrize(
    ("code", "whole"),
    [
        ("f(it)", "it"),
        ("f(f'{it}')", "f'{it}'"),
        ("f('a' + f'{it}' + 'b')", "'a' + f'{it}' + 'b'"),
        ("f('a%s' % it)", "'a%s' % it"),
        ("f(f'{a:>{it}}')", "f'{a:>{it}}'"),
        ("f(it * 2)", "it"),
        ("f(f'{g(it)}')", "it"),
    ],
)
def test_the_whole_string(code: str, whole: str) -> None:
    ids = id_model(code)
    names = [node for node in ids.semantics.syntax.nodes if isinstance(node, ast.Name)]
    found = whole_string(next(node for node in names if node.id == "it"), ids)

    assert ast.unparse(found) == ast.unparse(ast.parse(whole))


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("f'a' + 'b'", 2),
        ("f'a'.format(b)", 1),
        ("f'a'.join(b)", 0),
        ("f'{f\"a\"}'", 0),
        ("f'{a:b}'", 1),  # the format
        ("f'a' * 2", 0),
    ],
)
def test_parts(code: str, parts: int) -> None:
    ids = id_model(code)
    kinds = (ast.JoinedStr, ast.Constant)
    strings = [node for node in ids.semantics.syntax.nodes if isinstance(node, kinds)]
    inside = [n for n in strings if isinstance(ids.semantics.syntax.parent(n), ast.JoinedStr)]
    found = [node for node in strings if is_part(node, ids) and node not in inside]

    assert len(found) == parts
