"""Questions to placement's database, and what is written to it: set-based, each one statement whatever the batch's size."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Row

from services.placement.casebook import Casebook, Referral, by_worker_and_vacancy
from services.placement.domain import ANY, Candidate, Line, Turn, Vacancy, place_in_line
from shared.database.unit_of_work import UnitOfWork
from shared.regions import province_of

CANDIDATE = (
    "c.worker, c.spell, c.state, c.region, c.reach, c.wishes, c.certified, c.concerns, c.since, c.position, "
    "ARRAY(SELECT r.vacancy FROM referral AS r WHERE r.worker = c.worker) AS tried"
)
VACANCY = (
    "id, code, agency, title, vocation, employer, region, country, posted_on, openings, hired, referred, state, calling"
)
REFERRAL = "id, worker, spell, vacancy, route, respond_by, state, reason"
HAS_ROOM = "state = 'open' AND hired + referred < openings"

_FREE: Final = f"{HAS_ROOM} AND NOT calling"
_WITH_ROOM: Final = (
    "WITH fitting AS (SELECT found.id FROM unnest(CAST(:vocations AS text[]), CAST(:places AS text[])) "
    "AS line(vocation, place) CROSS JOIN LATERAL ("
    f"(SELECT id FROM vacancy WHERE vocation = line.vocation AND left(ltrim(region), 2) = line.place AND {_FREE}) UNION ALL "
    f"(SELECT id FROM vacancy WHERE line.vocation = '{ANY}' AND left(ltrim(region), 2) = line.place AND {_FREE})) AS found "
    f"UNION (SELECT id FROM vacancy WHERE vocation = ANY(CAST(:far AS text[])) AND {_FREE}) "
    f"UNION (SELECT id FROM vacancy WHERE CAST(:any AS boolean) AND {_FREE})) "
    f"SELECT {VACANCY} FROM fitting JOIN vacancy USING (id)"
)


class Drawn(NamedTuple):
    """Those who stand first in some lines; `cut` says for each line that goes on whom the last one seen was."""

    candidates: list[Candidate]
    cut: dict[Line, Turn]


NOBODY = Drawn([], {})


async def open_casebook(
    work: UnitOfWork,
    *,
    workers: Iterable[UUID] = (),
    vacancies: Mapping[UUID, int | None] | None = None,
    most: int | None = None,
) -> Casebook:
    """Take turns, then read all that is needed about these workers and vacancies.

    `vacancies` says for each how many of its open referrals, the latest first, are needed: None for all. `most` limits
    them together.
    """
    await work.take_turns()
    named = vacancies or {}
    referrals = await _referrals(work, set(workers), named, most)
    held = {referral.vacancy for referral in referrals if referral.state == "open"}
    return Casebook(
        candidates=await _candidates(work, {*workers, *(referral.worker for referral in referrals)}),
        vacancies=await _vacancies(work, held | named.keys()),
        referrals=by_worker_and_vacancy(referrals),
    )


async def _referrals(
    work: UnitOfWork, workers: set[UUID], vacancies: Mapping[UUID, int | None], most: int | None
) -> list[Referral]:
    found = await work.rows(
        f"SELECT {REFERRAL} FROM referral WHERE worker = ANY(CAST(:workers AS uuid[])) "
        "UNION (SELECT o.* FROM unnest(CAST(:vacancies AS uuid[]), CAST(:latest AS int[])) AS v(id, latest) "
        f"CROSS JOIN LATERAL (SELECT {REFERRAL} FROM referral WHERE vacancy = v.id AND state = 'open' "
        "ORDER BY id DESC LIMIT v.latest) AS o LIMIT CAST(:most AS int))",
        workers=list(workers),
        vacancies=list(vacancies),
        latest=list(vacancies.values()),
        most=most,
    )
    return [Referral(**row._asdict()) for row in found]


async def _candidates(work: UnitOfWork, workers: set[UUID]) -> dict[UUID, Candidate]:
    found = await work.rows(
        f"SELECT {CANDIDATE} FROM candidate AS c WHERE c.worker = ANY(CAST(:workers AS uuid[]))", workers=list(workers)
    )
    return {row.worker: _candidate(row) for row in found}


async def _vacancies(work: UnitOfWork, ids: set[UUID]) -> dict[UUID, Vacancy]:
    found = await work.rows(f"SELECT {VACANCY} FROM vacancy WHERE id = ANY(CAST(:ids AS uuid[]))", ids=list(ids))
    return {row.id: Vacancy(**row._asdict()) for row in found}


async def waiting_too_long(work: UnitOfWork, today: date, limit: int) -> list[UUID]:
    """Whose referrals were not answered in time? The oldest first."""
    found = await work.rows(
        "SELECT worker FROM referral WHERE state = 'open' AND respond_by < :today ORDER BY respond_by, id LIMIT :limit",
        today=today,
        limit=limit,
    )
    return [row.worker for row in found]


async def waiting_at_closed_doors(work: UnitOfWork, limit: int) -> list[UUID]:
    """Whose referrals are to vacancies that were closed meanwhile?"""
    found = await work.rows(
        "SELECT r.worker FROM vacancy AS v JOIN referral AS r ON r.vacancy = v.id AND r.state = 'open' "
        "WHERE v.state = 'closed' AND v.referred > 0 LIMIT :limit",
        limit=limit,
    )
    return [row.worker for row in found]


async def vacancies_calling(work: UnitOfWork, limit: int) -> list[Vacancy]:
    """Which vacancies hold openings back? The first posted first."""
    found = await work.rows(
        f"SELECT {VACANCY} FROM vacancy WHERE calling ORDER BY posted_on, agency, code LIMIT :limit", limit=limit
    )
    return [Vacancy(**row._asdict()) for row in found]


async def vacancies_with_room(work: UnitOfWork, seekers: Iterable[Candidate]) -> list[Vacancy]:
    """Which vacancies that may fit one of these have an opening, not held back for those in line?

    Who stays in a province is shown that province's; whoever goes further, or has a home known by name, all of the vocation.
    """
    near: set[Line] = set()
    far: set[str] = set()
    for candidate in seekers:
        home = province_of(candidate.region) if candidate.reach == "province" else None
        if home:
            near.update(Line(vocation, home) for vocation in candidate.vocations)
        else:
            far.update(candidate.vocations)
    if not near and not far:
        return []
    found = await work.rows(
        _WITH_ROOM,
        vocations=[line.vocation for line in near],
        places=[line.place for line in near],
        far=list(far),
        any=ANY in far,
    )
    return [Vacancy(**row._asdict()) for row in found]


async def all_with_room(work: UnitOfWork) -> list[Vacancy]:
    """Which vacancies have an opening?"""
    return [Vacancy(**row._asdict()) for row in await work.rows(f"SELECT {VACANCY} FROM vacancy WHERE {HAS_ROOM}")]


async def first_in_line(work: UnitOfWork, asks: Mapping[Line, int]) -> Drawn:
    """Who stands first in these lines? So many of each as asked, in the order of `domain.place_in_line`."""
    lines = list(asks)
    found = await work.rows(
        f"SELECT line.nth, {CANDIDATE} FROM unnest(CAST(:vocations AS text[]), CAST(:places AS text[]), "
        "CAST(:asks AS bigint[])) WITH ORDINALITY AS line(vocation, place, ask, nth) CROSS JOIN LATERAL ("
        "SELECT s.worker FROM seeking AS s WHERE s.vocation = line.vocation AND s.place = line.place "
        "ORDER BY s.since, s.position, s.worker LIMIT line.ask) AS first JOIN candidate AS c ON c.worker = first.worker",
        vocations=[line.vocation for line in lines],
        places=[line.place for line in lines],
        asks=list(asks.values()),
    )
    drawn: dict[UUID, Candidate] = {}
    turns: dict[Line, list[Turn]] = {}
    for row in found:
        if row.worker not in drawn:
            drawn[row.worker] = _candidate(row)
        turns.setdefault(lines[row.nth - 1], []).append(place_in_line(drawn[row.worker]))
    cut = {line: max(seen) for line, seen in turns.items() if len(seen) == asks[line]}
    return Drawn(list(drawn.values()), cut)


def _candidate(row: Row[Any]) -> Candidate:
    known = {name: value for name, value in row._asdict().items() if name != "nth"}
    return Candidate(**{**known, "tried": set(row.tried)})
