"""What the one reader of declarations tells of types, widths and patterns."""

from __future__ import annotations

import ast

import pytest

from ssot_lint import check_source
from ssot_lint.analysis.dataflow.declared_types import (
    TYPES,
    DeclaredType,
    fixed_by,
    fixed_in_text,
    is_uuid_type,
)
from ssot_lint.analysis.semantics.signatures import Declaration

ALIASES = {
    "WIDTH": ast.parse("36", mode="eval").body,
    "Short": ast.parse("Annotated[str, Field(max_length=WIDTH)]", mode="eval").body,
    "RowId": ast.parse("Annotated[UUID, 'of a row']", mode="eval").body,
    "NewId": ast.parse("NewType('NewId', UUID)", mode="eval").body,
    "Either": ast.parse("UUID | None", mode="eval").body,
    "Given": ast.parse("Annotated[str, mapped_column(UUID(as_uuid=False))]", mode="eval").body,
    "Loop": ast.parse("Annotated[Loop, 1]", mode="eval").body,
}


def reason(annotation: str | None, value: str | None = None) -> str:
    fixed = fixed_by(Declaration(annotation, value), "a", ALIASES)
    return fixed.what if fixed is not None else ""


@pytest.mark.parametrize("row", TYPES, ids=lambda row: row.name)
def test_every_row_of_the_table_speaks(row: DeclaredType) -> None:
    assert reason(None, f"Column(x.{row.name}(36))")
    annotated = reason(f"Annotated[object, {row.name}(36)]")
    assert annotated.replace("annotated", "declared") == reason(None, f"Column({row.name}(36))")


@pytest.mark.parametrize(
    ("annotation", "value", "expected"),
    [
        ("Mapped[str]", "mapped_column(String(36))", "its width is fixed to 36 characters"),
        ("Mapped[str]", "mapped_column(String(64))", "its width is fixed to 64 characters"),
        ("Mapped[str]", "mapped_column(String(True))", ""),
        (None, "Column(String(length=WIDTH))", "its width is fixed to 36 characters"),
        ("Short", None, "its width is fixed to 36 characters"),
        ("'Short'", None, "its width is fixed to 36 characters"),
        ("str", "Field(min_length=1)", ""),
        ("str", "Field(min_length=36)", "its width is fixed to 36 characters"),
        ("str", "Field(String(255), max_length=36)", "its width is fixed to 36 characters"),
        ("str", "Field(default=made(length=8))", ""),
        ("str", "Field(max_length=36, regex='x')", "a pattern fixes the form of `a`"),
        ("str", "field(validator=[matches_re('x')])", "a pattern fixes the form of `a`"),
        ("str", "Field(description='has a pattern=')", ""),
        ("Mapped[str]", "mapped_column(UUID(as_uuid=False))", "a UUID object is needed"),
        ("str", "Field(examples=[UUID('0')])", ""),
        ("str", "str(UUID('0'))", ""),
        ("str", "UUID('0').hex", ""),
        (None, "Column(Text, comment='UUID')", ""),
        (None, "RowId", ""),
        ("RowId", None, "a UUID object is needed"),
        ("NewId", None, "a UUID object is needed"),
        ("Optional[NewId]", None, "a UUID object is needed"),
        ("Either", None, "a UUID object is needed"),
        ("Mapped[Given]", None, "a UUID object is needed"),
        ("Mapped[str]", "mapped_column(sa.Uuid)", "a UUID object is needed"),
        ("Mapped[str]", "mapped_column(sa.Uuid(as_uuid=False))", "a UUID object is needed"),
        ("Mapped[str]", "mapped_column(postgresql.UUID)", "a UUID object is needed"),
        ("Mapped[str]", "mapped_column(CHAR(36))", "its width is fixed to 36 characters"),
        ("Mapped[uuid.UUID]", None, "a UUID object is needed"),
        (None, "Column('a', sa.UUID())", "a UUID object is needed"),
        (None, "alter_column('a', existing_type=UUID(), type_=Text)", ""),
        (None, "alter_column('a', existing_type=String(36), type_=Text)", ""),
        (None, "alter_column('a', existing_type=Text, type_=UUID())", "a UUID object is needed"),
        ("Loop", None, ""),
        ("Optional['uuid.UUID']", None, "a UUID object is needed"),
        ("'str | UUID'", None, ""),
        ("'no code'", None, ""),
    ],
)
def test_what_a_declaration_fixes(annotation: str | None, value: str | None, expected: str) -> None:
    assert reason(annotation, value).startswith(expected)
    assert bool(reason(annotation, value)) is bool(expected)


def test_code_and_trees_are_the_same() -> None:
    tree = ast.parse("Column(NVARCHAR(36))", mode="eval").body

    written = Declaration(None, "Column(NVARCHAR(36))")
    assert fixed_by(Declaration(None, tree), "a") == fixed_by(written, "a") != None  # noqa: E711
    assert is_uuid_type(ast.parse("x.UUID", mode="eval").body) is is_uuid_type("x.UUID") is True


@pytest.mark.parametrize(
    ("text", "widths"),
    [
        ("/runs/<uuid:run_id>/", [None]),
        ("/runs/{run_id:uuid}", [None]),
        ("CREATE TABLE r (run_id UUID PRIMARY KEY)", [None]),
        ("create table r (run_id uuid not null)", [None]),
        ("ALTER TABLE r ADD COLUMN run_id UUID", [None]),
        ("ALTER TABLE r ALTER COLUMN run_id TYPE uuid USING run_id::uuid", [None, None]),
        ("run_id uuid", [None]),
        ("run_id VARCHAR(36)", [36]),
        ("run_id char (36)", [36]),
        ("run_id character varying(50),", [50]),
        ('"run_id" varchar(36) NOT NULL', [36]),
        ("[run_id] [int], `run_id` CHAR(36)", [36]),
        ("{'run_id': {'type': 'string', 'format': 'uuid'}}", [None]),
        ("where CAST(:run_id AS uuid) = id", [None]),
        ("where id = %(run_id)s::uuid", [None]),
        ("/runs/<str:run_id>/", []),
        ("/runs/{run_id:path}", []),
        ("last_run_id uuid,", []),
        ("run_id TEXT, other_id UUID", []),
        ("run_id VARCHAR", []),
        ("run_id::text", []),
        ("the run_id uuid of a run", []),
        ("no such run_id UUID", []),
    ],
)
def test_texts_that_fix_a_form(text: str, widths: list[int | None]) -> None:
    assert [fixed.width for fixed in fixed_in_text("run_id", text)] == widths


def test_what_is_inherited_is_declared_too() -> None:
    """Fixes of several ids at once tell what does not suit, as those of one id do."""
    source = b"""
from shared.id_generation import UnifiedIdGenerator as G


class Base:
    request_id = Column(NVARCHAR(36))


class Row(Base):
    pass


def f(user_id):
    t, _, _ = G.generate_user_context_ids(user_id, "a")
    _, r, request_id = G.generate_user_context_ids(user_id, "a")
    return t, r, Row(request_id=request_id)
"""
    [finding] = check_source(source, "a.py").findings

    assert "mind `request_id`: its width is fixed to 36 characters" in finding.message
