"""What an analysis keeps of refusals."""

from __future__ import annotations

import pytest

from ssot_lint.config.settings import Settings
from ssot_lint.engine.analyzer import Analyst
from ssot_lint.engine.excerpt import Excerpt
from ssot_lint.engine.prefilter import Prefilter
from ssot_lint.ids.generator.reading import read_generator_api
from tests.helpers.fixture_files import BACKEND

SOURCE = "import uuid\ndef f():\n    run_id = str(uuid.uuid4())\n    return run_id[:8]\n"


@pytest.mark.parametrize("above", ["", "\n\n"])
def test_a_reason_is_the_same_wherever_the_code_stands(above: str) -> None:
    settings = Settings(root=BACKEND)
    prefilter = Prefilter({"OST101"}, settings)
    excerpt = Excerpt.of(above + SOURCE, "a.py", prefilter, read_generator_api(settings))
    analysis = Analyst(ignore_noqa=False).analyse(excerpt, "a.py")
    (found,) = analysis.found

    assert analysis.reasons() == {found.key: "`run_id` is cut"}
    assert found.finding.message.endswith(f"(no fix: `run_id` is cut, line {len(above) + 4})")
    assert [place.row for place in found.finding.related] == [len(above) + 4]
