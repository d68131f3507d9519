"""Reads and writes which courses a provider's codes mean, run by run."""

from collections.abc import Sequence
from typing import Final

from services.registration.domain.course_runs import ByCode, Run, Runs
from services.registration.posting.assertions import Assertion
from services.registration.tables import CourseRunRow
from shared.database.unit_of_work import UnitOfWork
from shared.events import CourseFactRetracted, CourseOffered, type_of

_RUNS: Final = """
SELECT r.agency, r.code, r.number, r.course, CAST(offered.data->>'starts_on' AS date) AS starts_on,
    CAST(offered.data->>'ends_on' AS date) AS ends_on
FROM unnest(CAST(:agencies AS uuid[]), CAST(:codes AS text[])) AS asked(agency, code) JOIN course_run AS r USING (agency, code)
LEFT JOIN LATERAL (
    SELECT data FROM journal AS said WHERE key = r.course AND type = :offered AND NOT EXISTS (
        SELECT FROM journal WHERE key = r.course AND type = :retracted AND data->>'fact' = CAST(said.id AS text)
    ) ORDER BY position DESC LIMIT 1
) AS offered ON true
"""
"""A run's days are those of the latest offer of it that was not retracted."""


async def of_codes(work: UnitOfWork, assertions: Sequence[Assertion]) -> Runs:
    """Which runs have the codes that these name?"""
    named = {(each.by.id, each.fact.code) for each in assertions if isinstance(each.fact, ByCode)}
    if not named:
        return Runs()
    found = await work.rows(
        _RUNS,
        agencies=[agency for agency, _ in named],
        codes=[code for _, code in named],
        offered=type_of(CourseOffered),
        retracted=type_of(CourseFactRetracted),
    )
    runs = Runs()
    for row in found:
        runs.known.setdefault((row.agency, row.code), {})[row.number] = Run(**row._asdict())
    return runs


async def keep(work: UnitOfWork, runs: Runs) -> None:
    """Keep the runs that were offered for the first time."""
    await work.insert(CourseRunRow, runs.new, "ON CONFLICT DO NOTHING")
