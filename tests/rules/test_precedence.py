"""The table of which rule speaks where two meet."""

from __future__ import annotations

from graphlib import TopologicalSorter

import pytest

from ssot_lint import Settings
from ssot_lint.engine.checker import Checker
from ssot_lint.ids.precedence import _SPEAKS_OF, SUPERSEDES
from ssot_lint.rules.registry import CODES


def test_every_code_that_supersedes_can_be_asked() -> None:
    assert SUPERSEDES.keys() == _SPEAKS_OF.keys()
    assert frozenset(CODES).issuperset(SUPERSEDES.keys() | frozenset().union(*SUPERSEDES.values()))


def test_no_code_supersedes_itself_by_way_of_others() -> None:
    TopologicalSorter(SUPERSEDES).prepare()  # raises CycleError, which names them


MEETINGS = {
    ("OST103", "OST101"): (
        "import uuid\n"
        "from shared.id_generation import UnifiedIdGenerator\n"
        "def f():\n"
        "    try:\n"
        "        run_id = UnifiedIdGenerator.generate_base_id('run')\n"
        "    except Exception:\n"
        "        run_id = str(uuid.uuid4())\n"
        "    return run_id\n"
    ),
    ("OST302", "OST301"): (
        "from shared.id_generation import UnifiedIdGenerator\n"
        "def f():\n"
        "    thread_id = f'x_thread_{UnifiedIdGenerator.generate_base_id(\"thread\")}'\n"
        "    return thread_id\n"
    ),
    ("OST105", "OST301"): (
        "from app.ids import IdManager\n"
        "def f():\n"
        "    thread_id = f'x_{IdManager.generate_id()}'\n"
        "    return thread_id\n"
    ),
    ("OST105", "OST104"): (
        "import time\n"
        "from app.ids import IdManager\n"
        "def f():\n"
        "    run_id = f'run_{IdManager.generate_id()}_{time.time()}'\n"
        "    return run_id\n"
    ),
    ("OST105", "OST304"): (
        "from app.ids import IdManager\n"
        "def f(thread_id):\n"
        "    run_id = f'run_{thread_id}_{IdManager.generate_id()}'\n"
        "    return run_id\n"
    ),
    (
        "OST304",
        "OST301",
    ): "def f(run_id):\n    thread_id = f'chat_{run_id}'\n    return thread_id\n",
}


@pytest.mark.parametrize(("speaking", "silent"), MEETINGS)
def test_the_other_one_speaks_when_it_is_alone(speaking: str, silent: str) -> None:
    source = MEETINGS[speaking, silent].encode()

    def found(*codes: str) -> set[str]:
        settings = Settings(select=codes, other_makers=("app.ids.IdManager",))
        result = Checker(settings).check(source, "a.py")
        return {finding.code for finding in result.findings}

    assert found(speaking) == {speaking}
    assert found(silent) == {silent}
    assert found(speaking, silent) == {speaking}
