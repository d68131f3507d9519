"""The migrations make the tables that `tables.py` describes: the same columns, of the same kind, as nullable."""

import pytest
from sqlalchemy.dialects import postgresql

from services.training.tables import ApplicationRow, CourseRow, EnrolmentRow, FormerStandingRow, WishRow


@pytest.mark.parametrize("table", [ApplicationRow, CourseRow, EnrolmentRow, FormerStandingRow, WishRow])
async def test_columns(training, table):
    found = await training.rows(
        "SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS kind, NOT a.attnotnull AS may_be_null "
        "FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid WHERE t.relname = :table AND a.attnum > 0",
        table=table.__tablename__,
    )
    names = {"TIMESTAMP WITHOUT TIME ZONE": "timestamp"}
    described = {
        column.name: (names.get(kind := column.type.compile(postgresql.dialect()), kind).lower(), column.nullable)
        for column in table.__table__.columns
    }
    assert {row.name: (row.kind, row.may_be_null) for row in found} == described
