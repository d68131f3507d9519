"""Walk-ins: hires of somebody who was not referred. The desk keeps them, and whom they are about is looked up afterwards.

So an answer at the desk, and its time, are the same whether the person is known or not.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from services.registration import tables
from services.registration.domain.retractions import SPEAKERS_DAYS
from services.registration.posting.assertions import Assertion
from shared import clock
from shared.database.unit_of_work import Database, UnitOfWork
from shared.events import WalkInReported, WorkerFactRetracted, chosen_id
from shared.events.envelope import data_of
from shared.events.vocabulary import WorkerFact

KEPT_FOR: Final = SPEAKERS_DAYS
"""So long the desk waits for the person to be reported, and so long the employer may take it back."""
EVERY: Final = 5.0
"""Seconds between two looks."""
PAGE: Final = 1_000
WALK_IN: Final[WorkerFact] = "pulih.walk-in.reported.v1"
_KNOWN: Final = """
SELECT i.assertion, w.id AS worker, CAST(i.data AS text) AS data FROM walk_in_report AS i JOIN worker AS w ON w.nik_print = i.nik_print
JOIN assertion AS a ON a.id = i.assertion
WHERE i.worker IS NULL AND a.retracted_on IS NULL ORDER BY i.assertion LIMIT :page FOR UPDATE OF i SKIP LOCKED
"""
_NAME: Final = """
UPDATE walk_in_report AS i SET worker = t.worker FROM unnest(CAST(:ids AS uuid[]), CAST(:workers AS uuid[])) AS t(id, worker)
WHERE i.assertion = t.id
"""
_RETRACTED: Final = """
DELETE FROM walk_in_report AS i USING assertion AS a WHERE a.id = i.assertion AND a.retracted_on IS NOT NULL
RETURNING i.assertion, i.worker, CAST(i.data AS text) AS data
"""
_FORGET: Final = "DELETE FROM walk_in_report WHERE kept_on < :before"


async def keep(work: UnitOfWork, reported: Sequence[Assertion]) -> None:
    """Keep walk-ins until it is known whom they are about."""
    await work.insert(
        tables.WalkInReportRow,
        [
            {
                "assertion": each.row,
                "nik_print": each.walked_in,
                "kept_on": clock.today(),
                "data": data_of(each.fact),
            }
            for each in reported
        ],
    )


async def announce_known(database: Database) -> None:
    """Announce the walk-ins of those who are known by now, and that walk-ins were retracted; forget what nobody was found for."""
    async with database.work() as work:
        await _announce_retracted(work)
        await work.run(_FORGET, before=clock.today() - KEPT_FOR)
    while True:
        async with database.work() as work:
            found = await work.rows(_KNOWN, page=PAGE)
            await work.run(_NAME, ids=[row.assertion for row in found], workers=[row.worker for row in found])
            work.announce(
                *(
                    msgspec.structs.replace(
                        msgspec.json.decode(row.data, type=WalkInReported),
                        worker=row.worker,
                        envelope=chosen_id(row.assertion),
                    )
                    for row in found
                )
            )
        if len(found) < PAGE:
            return


async def _announce_retracted(work: UnitOfWork) -> None:
    for row in await work.rows(_RETRACTED):
        if row.worker is not None:
            said = msgspec.json.decode(row.data, type=WalkInReported)
            work.announce(
                WorkerFactRetracted(
                    worker=row.worker,
                    fact=row.assertion,
                    retracts=WALK_IN,
                    said_by=said.agency,
                    said_on=said.on,
                    agency=said.agency,
                    on=clock.today(),
                    reason="other",
                )
            )
