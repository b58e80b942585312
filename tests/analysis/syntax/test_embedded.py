"""What queries, routes and schemas in texts say of names and of what is filled in."""

from __future__ import annotations

import pytest

from ssot_lint.analysis.syntax.embedded import Hole, NamedType, holes, types_of


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("a TEXT NOT NULL", [NamedType("TEXT")]),
        ("(a varchar(8), b int)", [NamedType("varchar", 8)]),
        ("(b int, a numeric(8, 2))", []),
        ("`a` CHARACTER VARYING (8)", [NamedType("CHARACTER", 8)]),
        ("a::uuid", [NamedType("uuid")]),
        ("cast(t.a as uuid)", [NamedType("uuid")]),
        ("<int(min=1):a>", [NamedType("int")]),
        ("{a:uuid}", [NamedType("uuid")]),
        ("{a}", []),
        ("b.a = 1, ab int, a_b int", []),
    ],
)
def test_types_of_a_name(text: str, types: list[NamedType]) -> None:
    assert list(types_of("a", text)) == types


def test_what_is_no_word_has_no_type() -> None:
    assert list(types_of("a b", "a b int,")) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%s %s::int", [Hole(0), Hole(1, cast="int")]),
        ("%(a)s::uuid %s", [Hole("a", cast="uuid"), Hole(0)]),
        ("$2::uuid $1", [Hole(1, cast="uuid"), Hole(0)]),
        ("cast(:a as uuid) 12:30 a::b", [Hole("a", cast="uuid")]),
        ("select 1 where t.a = ? and b <> ?", [Hole(0, "a"), Hole(1, "b")]),
        ("select 1 where a = cast(@a as uuid)", [Hole("a", "a", "uuid")]),
        ("a=%s", [Hole(0)]),
        ("insert into s.t (a, b) values (f(?, 1), ?)", [Hole(0, "a"), Hole(1, "b")]),
        (
            "insert into t (a) values (?) on conflict (a) do update set b = ? where ?",
            [Hole(0, "a"), Hole(1, "b"), Hole(2)],
        ),
        ("update t set a = ? where f(?)", [Hole(0, "a"), Hole(1)]),
    ],
)
def test_what_is_filled_in(text: str, expected: list[Hole]) -> None:
    assert list(holes(text)) == expected
