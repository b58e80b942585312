"""What rows of known functions give on, by where the value is."""

from __future__ import annotations

import pytest

from ssot_lint.analysis.dataflow.access_paths import SUBSTRING, WHOLE, Labels, Through
from ssot_lint.analysis.dataflow.library import (
    MINDING_FORM,
    ROWS,
    SURGERY,
    TEXT_METHODS,
    At,
    Port,
    rows_of,
    same_row,
)

LISTED = WHOLE.within(Through.ELEMENT)
KEYS = WHOLE.within(Through.KEY)
VALUES = WHOLE.within(Through.VALUE)


def given_on(name: str, labels: Labels, at: At, count: int, *, enters: bool = False) -> Labels:
    """Where the value is behind a call of the name, by the first row that gives it on."""
    rows = rows_of(name, enters=enters)
    found = (row.passes(labels, at, count) for row in rows)
    return next(behind for behind in found if behind is not None)


def is_kept(name: str, labels: Labels, at: At, count: int) -> bool:
    """Whether no row gives the value on."""
    return all(row.passes(labels, at, count) is None for row in rows_of(name))


@pytest.mark.parametrize(
    ("name", "labels", "at", "count", "behind"),
    [
        ("str", WHOLE, 0, 1, WHOLE),
        ("str", SUBSTRING, 0, 1, SUBSTRING),
        ("lower", WHOLE, None, 0, WHOLE),
        ("cast", WHOLE, 1, 2, WHOLE),
        ("get", WHOLE, 1, 2, WHOLE),
        ("max", WHOLE, Port.DEFAULT, 1, WHOLE),
        ("join", LISTED, 0, 1, SUBSTRING),
        ("join", SUBSTRING.within(Through.ELEMENT), 0, 1, SUBSTRING),
        ("removeprefix", SUBSTRING, None, 1, WHOLE),
        ("sorted", KEYS, 0, 1, LISTED),
        ("next", LISTED, 0, 1, WHOLE),
        ("zip", LISTED, 1, 2, WHOLE.within(Through.ELEMENT, 1).within(Through.ELEMENT)),
        ("dict", WHOLE.within(Through.ELEMENT, 1).within(Through.ELEMENT), 0, 1, VALUES),
        ("dict", WHOLE.within(Through.ELEMENT, 0).within(Through.ELEMENT), 0, 1, KEYS),
        ("items", KEYS, None, 0, WHOLE.within(Through.ELEMENT, 0).within(Through.ELEMENT)),
        ("pop", LISTED, None, 0, WHOLE),
    ],
)
def test_what_a_call_gives_on(
    name: str, labels: Labels, at: At, count: int, behind: Labels
) -> None:
    assert given_on(name, labels, at, count) == behind


@pytest.mark.parametrize(
    ("name", "labels", "at", "count"),
    [
        ("str", WHOLE, 1, 2),
        ("str", LISTED, 0, 1),
        ("lower", WHOLE, 0, 1),
        ("lower", LISTED, None, 0),
        ("get", WHOLE, 0, 1),
        ("join", LISTED.within(Through.ELEMENT), 0, 1),
        ("sorted", WHOLE, 0, 1),
        ("dict", LISTED, 0, 1),
        ("values", KEYS, None, 0),
        ("max", WHOLE, None, 0),
        ("unheard_of", WHOLE, 0, 1),
    ],
)
def test_what_a_call_keeps(name: str, labels: Labels, at: At, count: int) -> None:
    assert is_kept(name, labels, at, count)


def test_what_goes_into_the_receiver() -> None:
    assert given_on("append", WHOLE, 0, 1, enters=True) == LISTED
    assert given_on("setdefault", WHOLE, 1, 2, enters=True) == VALUES
    first = WHOLE.within(Through.ELEMENT, 0)
    assert given_on("extend", first, 0, 1, enters=True) == LISTED


def test_backward_only_what_gives_the_value_itself() -> None:
    assert same_row("casefold", Port.RECEIVER) is not None
    assert same_row("str", Port.FIRST) is not None
    assert same_row("sorted", Port.FIRST) is None
    assert same_row("lower", Port.FIRST) is None
    assert same_row(None, Port.FIRST) is None


def test_no_row_says_what_another_one_says() -> None:
    said = [
        (name, row.port, row.taken, row.only, row.enters, row.starred)
        for row in ROWS
        for name in row.names
    ]

    assert len(set(said)) == len(said)


@pytest.mark.parametrize(
    ("name", "gives", "minds"),
    [
        ("split", True, True),
        ("removeprefix", True, True),
        ("strip", True, False),
        ("join", True, False),
        ("group", True, False),
        ("zfill", False, True),
        ("__getitem__", False, True),
        ("upper", False, False),
    ],
)
def test_methods_of_texts(name: str, gives: bool, minds: bool) -> None:
    assert (name in SURGERY, name in MINDING_FORM) == (gives, minds)


def test_a_method_of_texts_stands_in_one_row() -> None:
    names = [name for row in TEXT_METHODS for name in row.names]

    assert len(set(names)) == len(names)
