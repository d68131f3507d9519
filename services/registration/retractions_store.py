"""Reads what an agency takes back, and what was said of its worker; notes down that it was taken back."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Final, get_args
from uuid import UUID

import msgspec

from services.registration import store
from services.registration.claims import Ending, Report
from services.registration.domain.retracting import History, Retracted
from shared import clock
from shared.database.unit_of_work import UnitOfWork
from shared.events import (
    FACTS,
    Fact,
    FactRetracted,
    WorkerFactRetracted,
    WorkerRegistered,
    type_of,
)
from shared.events.vocabulary import Slug
from shared.merges import SAME

RECENTLY: Final = timedelta(days=30)
# an event from before the two had one id is the one that was written down with it
_FIND: Final = """
SELECT a.id, a.type, a.subject, a.received_at, a.said_on, a.retracted_on, j.id AS event, CAST(j.data AS text) AS data, (
    SELECT count(*) FROM assertion AS r WHERE r.worker = a.subject AND r.retracted_on > CAST(:since AS date)
) AS recent
FROM agency AS g JOIN assertion AS a ON a.agency = g.id LEFT JOIN LATERAL (
    SELECT id, data FROM journal WHERE key = a.subject AND type = a.type
    ORDER BY id = a.id DESC, abs(extract(epoch FROM time - a.received_at)) LIMIT 1
) AS j ON a.worker IS NOT NULL OR NOT CAST(:workers AS text[]) @> ARRAY[a.type]
WHERE g.slug = :agency AND a.source = :source AND a.event_id = :id FOR UPDATE OF a
"""
_SAID: Final = f"""
SELECT j.id, j.key, j.type, j.position, CAST(j.data AS text) AS data, j.data->>'agency' AS agency, g.role = 'office' AS is_office
FROM {SAME} JOIN journal AS j ON j.key = same.worker LEFT JOIN agency AS g ON g.slug = j.data->>'agency'
WHERE j.type = ANY(CAST(:types AS text[])) AND NOT EXISTS (
    SELECT FROM journal AS r WHERE r.key = j.key AND r.type = :retracted AND r.data->>'fact' = CAST(j.id AS text)
) ORDER BY j.position
"""
_NOTE: Final = "UPDATE assertion SET retracted_on = :today WHERE id = ANY(CAST(:ids AS uuid[]))"
_REVIEWS: Final = """
UPDATE review AS r SET state = 'decided', decided_on = :today, decided_by = t.by
FROM unnest(CAST(:ids AS uuid[]), CAST(:agencies AS text[])) AS t(assertion, by)
WHERE r.assertion = t.assertion AND r.state = 'open' AND r.kind <> 'same-person'
"""
"""Whether two are one person is left to the office: both are still there, and a later report of them opens no review."""
_ABOUT_WORKERS: Final = [
    *(type for type, fact in FACTS.items() if "worker" in fact.__struct_fields__),
    type_of(WorkerFactRetracted),
]
_TYPES: Final = [type_of(kind) for kind in (*get_args(Report), *get_args(Ending), WorkerRegistered)]


async def find(work: UnitOfWork, retraction: FactRetracted, by: Slug) -> Retracted | None:
    """Which event is taken back, if there is one? It is locked. The retraction is posted `by` an agency."""
    named = retraction.retracts
    poster = named.agency or by
    found = await work.rows(
        _FIND,
        since=clock.today() - RECENTLY,
        workers=_ABOUT_WORKERS,
        agency=poster,
        source=named.source,
        id=named.id,
    )
    if not found:
        return None
    (row,) = found
    return Retracted(
        row=row.id,
        event=row.event or row.id,
        type=row.type,
        poster=poster,
        fact=_fact(row.type, row.data),
        subject=row.subject,
        is_about_a_worker=row.type in _ABOUT_WORKERS,
        said_on=row.said_on or row.received_at.date(),
        retracted_on=row.retracted_on,
        recent=row.recent,
    )


async def history_of(work: UnitOfWork, workers: Collection[UUID], *, but_not: UUID | None = None) -> History:
    """What was said of these workers, under every id, and stands? Their workers are locked. One event is left out."""
    if not workers:
        return History()
    ids = list(workers)
    said = await work.rows(_SAID, workers=ids, types=_TYPES, retracted=type_of(WorkerFactRetracted))
    facts = [(row.position, _fact(row.type, row.data)) for row in said if row.id != but_not]
    registered = [row for row in said if row.type == type_of(WorkerRegistered)]
    begun = [(row, msgspec.json.decode(row.data, type=WorkerRegistered)) for row in reversed(registered)]
    return History(
        spells=await store.spells_of(work, ids),
        positions={
            (row.key, event.spell): row.position if event.position is None else event.position for row, event in begun
        },
        begun={(row.key, event.spell): row.position for row, event in begun},
        reports=[(position, fact) for position, fact in facts if isinstance(fact, Report)],
        ends=[(position, fact) for position, fact in facts if isinstance(fact, Ending)],
        at=next((row.position for row in said if row.id == but_not), 0),
        offices={row.agency for row in said if row.is_office},
    )


async def note(work: UnitOfWork, retracted: Mapping[UUID, Slug], today: date) -> None:
    """Note down that agencies took these assertions back; what differed in them is reviewed no longer."""
    if not retracted:
        return
    await work.run(_NOTE, today=today, ids=list(retracted))
    await work.run(_REVIEWS, today=today, ids=list(retracted), agencies=list(retracted.values()))


def _fact(type: str, data: str | None) -> Fact | None:
    kind = FACTS.get(type)
    return None if kind is None or data is None else msgspec.json.decode(data, type=kind)
