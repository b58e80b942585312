"""What files are told of the ids of a name."""

from __future__ import annotations

import pytest

from ssot_lint.project.facts import Fact, Reach
from ssot_lint.project.index import Index, Project


def index_of(**facts: Fact) -> Index:
    """An index of files, given by their names with `__` for `/`."""
    files = ((name.replace("__", "/") + ".py", (fact,)) for name, fact in facts.items())
    return Index.of("/root", files)


def fact(reach: Reach, owner: str = "", says: str = "is cut", modules: str = "") -> Fact:
    return Fact("run_id", says, 3, reach, owner, modules=modules)


@pytest.mark.parametrize(
    ("one", "path", "owner", "words", "expected"),
    [
        (fact(Reach.CLASS, "Run"), "b.py", "Run", "", "sure"),
        (fact(Reach.CLASS, "Run"), "b.py", "Job", "", ""),
        (fact(Reach.CLASS, "Run"), "b.py", "", "Run", ""),
        (fact(Reach.TABLE, "Run"), "b.py", "Run", "", "sure"),
        (fact(Reach.TABLE, "runs"), "b.py", "", "runs", "maybe"),
        (fact(Reach.TABLE, "runs"), "b.py", "", "", ""),
        (fact(Reach.FOLDER), "app/b.py", "", "", "maybe"),
        (fact(Reach.FOLDER), "b.py", "", "", ""),
        # Its own evidence is asked of the file itself.
        (fact(Reach.CLASS, "Run"), "app/a.py", "Run", "", ""),
    ],
)
def test_whom_a_fact_concerns(one: Fact, path: str, owner: str, words: str, expected: str) -> None:
    project = Project(index_of(app__a=one), path)
    found = [is_own for _, is_own in project.about("run_id", owner, words.__eq__)]

    assert ["sure" if is_own else "maybe" for is_own in found] == [*filter(None, [expected])]
    assert project.index is not None
    assert any(map(project.index.answer, project.asked)) >= bool(expected)


def test_a_class_of_the_file_itself_is_another_one() -> None:
    theirs = Fact("run_id", "is cut", 3, Reach.TABLE, "Run", has_owner=True)
    project = Project(index_of(a=theirs), "b.py")

    assert list(project.about("run_id", "Run", bool))
    assert not list(project.about("run_id", "Run", bool, "Run".__eq__))


def test_others_may_read_objects_of_a_class_of_the_file_itself() -> None:
    project = Project(index_of(a=fact(Reach.CLASS, "Run")), "b.py")

    assert list(project.about("run_id", "Run", bool, "Run".__eq__))


def test_answers_tell_what_has_changed() -> None:
    one, other = fact(Reach.FOLDER), fact(Reach.FOLDER, says="is split")
    before = index_of(a=one, b=one)

    assert before.answer("run_id") == index_of(b=one, a=one).answer("run_id")
    assert before.answer("run_id") != index_of(a=one, b=other).answer("run_id")
    assert before.answer("job_id") == ""


def test_what_concerns_others_changes_no_answer() -> None:
    """A file is looked at again where what is said may concern it, and only there."""
    project = Project(index_of(app__a=fact(Reach.FOLDER)), "app/b.py")
    list(project.about("run_id", "Run", bool))

    def answer(**said: Fact) -> list[str]:
        index = index_of(app__a=fact(Reach.FOLDER), **said)
        return [index.answer(question) for question in sorted(project.asked)]

    before = answer()
    assert answer(lib__a=fact(Reach.FOLDER)) == before
    assert answer(lib__a=fact(Reach.CLASS, owner="Job")) == before
    assert answer(lib__a=fact(Reach.IMPORTED, modules="app.other")) == before
    assert answer(app__c=fact(Reach.FOLDER)) != before
    assert answer(lib__a=fact(Reach.CLASS, owner="Run")) != before
    assert answer(lib__a=fact(Reach.IMPORTED, modules="app.b")) != before
    assert answer(lib__a=fact(Reach.TABLE, owner="runs")) != before
    assert answer(lib__a=fact(Reach.PROJECT)) != before


def test_facts_say_where_they_stand() -> None:
    ((told, _),) = Project(index_of(app__a=fact(Reach.FOLDER)), "app/b.py").about(
        "run_id", "", bool
    )

    assert told.says == "is cut in app/a.py, line 3"


def test_without_an_index_nobody_says_anything() -> None:
    assert not list(Project().about("run_id", "Run", bool))
