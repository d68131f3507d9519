"""Erases workers: the data key, the prints, the contacts, birth year and sex go; the id, the region, the spells and the counts stay."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from shared import clock, erasures
from shared.database.unit_of_work import Database, UnitOfWork
from shared.events import WorkerErased
from shared.events.envelope import PERSONAL

RANDOM: Final = "sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))"
"""32 bytes that say nothing, in the place of a print."""
_WHOM: Final = "ANY(CAST(:workers AS uuid[]))"
_IS_PERSONAL: Final = f"coalesce({', '.join(f'data ->> {field!r}' for field in PERSONAL)}) IS NOT NULL"
_WALKED_IN: Final = f"worker = {_WHOM} OR nik_print IN (SELECT nik_print FROM worker WHERE id = {_WHOM})"
_ERASURE: Final = (
    f"DELETE FROM walk_in_report WHERE {_WALKED_IN}",
    f"DELETE FROM data_key WHERE worker = {_WHOM}",
    f"DELETE FROM move WHERE worker = {_WHOM}",
    f"""
    UPDATE worker SET nik_print = {RANDOM}, name_print = {RANDOM}, birth_print = NULL, person_print = NULL,
        phone_print = NULL, sealed = '', contact = '',
        birth_year = NULL, sex = NULL WHERE id = {_WHOM}
    """,
    f"""
    UPDATE review SET state = 'decided', decided_on = :today
    WHERE (worker = {_WHOM} OR other = {_WHOM}) AND state = 'open'
    """,
    # the digest is a print of all that was typed; the event's own id stays, so that the same event is not taken in again
    f"UPDATE assertion SET sealed = '', digest = {RANDOM} WHERE worker = {_WHOM}",
    f"""
    UPDATE assertion SET sealed = '', digest = {RANDOM} WHERE id IN (SELECT assertion FROM review WHERE worker = {_WHOM})
    """,
    f"""
    UPDATE journal SET data = {erasures.BLANK}
    WHERE key = {_WHOM} AND {_IS_PERSONAL}
    """,
    # open only where a database was restored to a day before the spell ended: training and placement end theirs as well
    f"UPDATE spell SET state = 'withdrawn', ended_on = :today WHERE worker = {_WHOM} AND state = 'open'",
)
AT_ONCE: Final = 100
"""Workers erased by one transaction when their time has come."""


async def erase(work: UnitOfWork, workers: Sequence[UUID]) -> None:
    """Erase workers, and announce it. Done again, or to a worker who is not known here, it only announces it again."""
    await work.rows(f"SELECT id FROM worker WHERE id = {_WHOM} ORDER BY nik_print FOR UPDATE", workers=list(workers))
    for statement in _ERASURE:
        await work.run(statement, workers=list(workers), today=clock.today())
    await erasures.remember(work, workers)
    work.announce(*(WorkerErased(worker=worker) for worker in workers))


async def erase_whose_time_has_come(database: Database, ended_before: date) -> int:
    """Erase those whose last spell ended before a day, under every id that means them. Gives how many."""
    erased = 0
    while True:
        async with database.work() as work:
            found = await work.rows(
                "SELECT w.id, ARRAY(SELECT m.worker FROM merged_worker AS m WHERE m.person = w.id) AS others FROM worker AS w "
                "WHERE w.sealed <> '' AND EXISTS (SELECT FROM spell AS s WHERE s.worker = w.id) AND NOT EXISTS (SELECT FROM spell AS s "
                "WHERE (s.worker = w.id OR s.worker IN (SELECT m.worker FROM merged_worker AS m WHERE m.person = w.id)) "
                "AND (s.state = 'open' OR s.ended_on >= :day)) "
                "AND NOT EXISTS (SELECT FROM merged_worker AS m WHERE m.worker = w.id) "
                "ORDER BY w.id LIMIT :at_once FOR UPDATE SKIP LOCKED",
                day=ended_before,
                at_once=AT_ONCE,
            )
            if not found:
                return erased
            await erase(work, [id for row in found for id in (row.id, *row.others)])
        erased += len(found)
