"""Reads and writes which courses a provider's codes mean, run by run."""

from collections.abc import Sequence

from services.registration.domain.course_runs import BY_CODE, Run, Runs
from services.registration.posting.assertions import Assertion
from services.registration.tables import CourseRunRow
from shared.database.unit_of_work import UnitOfWork


async def of_codes(work: UnitOfWork, assertions: Sequence[Assertion]) -> Runs:
    """Which runs have the codes that these name?"""
    named = {(each.by.id, each.fact.code) for each in assertions if isinstance(each.fact, BY_CODE)}
    if not named:
        return Runs()
    found = await work.rows(
        "SELECT r.agency, r.code, r.number, r.course, r.starts_on, r.ends_on "
        "FROM unnest(CAST(:agencies AS uuid[]), CAST(:codes AS text[])) AS asked(agency, code) "
        "JOIN course_run AS r USING (agency, code) ORDER BY r.number",
        agencies=[agency for agency, _ in named],
        codes=[code for _, code in named],
    )
    runs = Runs()
    for row in found:
        runs.known.setdefault((row.agency, row.code), []).append(Run(**row._asdict()))
    return runs


async def keep(work: UnitOfWork, runs: Runs) -> None:
    """Keep the runs that were offered."""
    await work.insert(
        CourseRunRow,
        [*runs.changed.values()],
        "ON CONFLICT (course) DO UPDATE SET starts_on = excluded.starts_on, ends_on = excluded.ends_on",
    )
