"""What declarations fix of the values that they take."""

from __future__ import annotations

import pytest

from ssot_lint.analysis.dataflow.declared_types import fixed_by, is_uuid_type


@pytest.mark.parametrize(
    ("declaration", "told"),
    [
        ("Column(String(36))", "fixed to 36 characters"),
        ("mapped_column(VARCHAR(12), primary_key=True)", "fixed to 12 characters"),
        ("CHAR(32)", "fixed to 32 characters"),
        ("models.CharField(max_length=40)", "fixed to 40 characters"),
        ("Field(min_length = 8)", "fixed to 8 characters"),
        ("Column(String(64))", None),
        ("Column(String)", None),
        ("Column(Integer(12))", None),
        ("Column(UUID(as_uuid=True))", "a UUID object is needed"),
        ("PGUUID", "a UUID object is needed"),
        ("UUID4 = ", "a UUID object is needed"),
        ("constr(regex='^[0-9a-f]+$')", "a pattern fixes the form of `id`"),
        ("Field(pattern=HEX)", "a pattern fixes the form of `id`"),
        ("attr.ib(validator=matches_re('x'))", "a pattern fixes the form of `id`"),
        ("str = ''", None),
    ],
)
def test_fixed_by(declaration: str, told: str | None) -> None:
    assert (told or "") in (fixed_by(declaration, "id") or "")
    assert (fixed_by(declaration, "id") is None) is (told is None)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("UUID", True),
        ("uuid.UUID | None", True),
        ("Optional[UUID4]", True),
        ("str | UUID", False),
        ("Union[str, UUID]", False),
        ("strict.UUID", True),
        ("UUIDs", False),
        ("str", False),
    ],
)
def test_is_uuid_type(code: str, expected: bool) -> None:
    assert is_uuid_type(code) is expected
