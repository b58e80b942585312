"""Edits on bytes: what is not edited stays as it was, whatever the file's form."""

from __future__ import annotations

import codecs

import pytest

from ssot_lint import Edit, EditError, Location, apply_edits, fix_source
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.fixes.edits import TextEdit, placed, text_edits

IMPORT = b"from shared.id_generation.unified_id_generator import UnifiedIdGenerator"
NEW = b'UnifiedIdGenerator.generate_base_id("run")'
OLD = b"str(uuid.uuid4())"


def fixed(source: bytes) -> bytes:
    result = fix_source(source, "a.py").source
    assert result is not None
    return result


FORMS = {
    "LF": b"import uuid\nrun_id = %s\n",
    "CRLF": b"import uuid\r\nrun_id = %s\r\n",
    "CR": b"import uuid\rrun_id = %s\r",
    "mixed": b"# one\r\n\nimport uuid\nx = 1\r\nrun_id = %s\n\r\ny = 2\r\n",
    "no final newline": b"import uuid\nrun_id = %s",
    "BOM": codecs.BOM_UTF8 + b"import uuid\nrun_id = %s\n",
    "BOM and cookie": codecs.BOM_UTF8 + b"# coding: utf-8\n\nimport uuid\nrun_id = %s\n",
    "latin-1": b"# coding: latin-1\n\nimport uuid\nname = '\xe9'; run_id = %s  # \xfc\n",
    "cp1252": b"# -*- coding: cp1252 -*-\n\nimport uuid\nname = '\x80'\nrun_id = %s\n",
    "shift_jis": b"# coding: shift_jis\n\nimport uuid\nname = '\x83\x5c'\nrun_id = %s\n",
    "UTF-8": "import uuid\nname = '😀é'; run_id = ".encode() + b"%s\n",
    "tabs": b"import uuid\nif True:\n\tif True:\n\t\trun_id = %s\n",
    "form feed": b"import uuid\n\x0c\n\x0crun_id = %s\nx = 1\n",
    "trailing spaces": b"import uuid   \nrun_id = %s   \n\n   \n",
    "continuation": b"import uuid\nrun_id = \\\n    %s\n",
    "semicolons": b"import uuid\nx = 1; run_id = %s; y = 2\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_every_other_byte_stays(form: str) -> None:
    before, after = FORMS[form].split(b"%s")
    expected = before.replace(b"import uuid", IMPORT) + NEW + after

    assert fixed(before + OLD + after) == expected


def test_letters_that_are_read_as_others_are_not_rewritten() -> None:
    source = "import uuid\nrun_id = str(uuid.uuid4())  # ℹ is an i to Python\n".encode()

    assert fix_source(source, "a.py").source is None


def test_new_lines_end_and_are_indented_as_their_neighbours() -> None:
    source = (
        b"import uuid\r\n\r\n\r\ndef f(user_id):\r\n\t# Two.\r\n"
        b"\treturn g(thread_id=str(uuid.uuid4()), run_id=str(uuid.uuid4()))\r\n"
    )

    assert fixed(source) == (
        IMPORT + b"\r\n\r\n\r\ndef f(user_id):\r\n\t# Two.\r\n\tthread_id, run_id, _ = "
        b'UnifiedIdGenerator.generate_user_context_ids(user_id, "f")\r\n'
        b"\treturn g(thread_id=thread_id, run_id=run_id)\r\n"
    )


def test_a_multi_line_string_is_not_indented() -> None:
    call = 'UnifiedIdGenerator.generate_user_context_ids(user_id, "x")'
    source = f'''\
{IMPORT.decode()}


def f(user_id, a, b):
    if not a:
        a, _, _ = {call}
        text = """first
second
"""
    if not b:
        _, b, _ = {call}
    return a, b, text
'''
    result = fixed(source.encode()).decode()

    assert '            text = """first\nsecond\n"""\n' in result
    assert result.count(call) == 1


def test_overlapping_edits_are_refused() -> None:
    place = Location(1, 1)
    edits = [Edit(place, Location(1, 3), "a"), Edit(Location(1, 2), Location(1, 4), "b")]

    with pytest.raises(EditError):
        apply_edits(b"x = 1\n", edits)


def test_places_and_offsets() -> None:
    text = SourceText("ab\r\n\rcd")
    places = [Location(1, 1), Location(1, 3), Location(2, 1), Location(3, 1), Location(3, 3)]

    assert [text.location(text.offset(place)) for place in places] == places
    edits = [TextEdit(0, 2, "x"), TextEdit(5, 5, "y")]
    assert text_edits(text, placed(text, edits)) == edits
