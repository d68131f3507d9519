"""Questions to placement's database, each asked in a constant number of statements, whatever the size of the batch."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Row

from services.placement.casebook import Casebook
from services.placement.domain.areas import Queue
from services.placement.domain.entities import ANY_VOCATION, Agency, Candidate, Placement, Referral, Vacancy, WalkIn
from services.placement.domain.evidence import Evidence
from services.placement.domain.matching import Rank, rank
from services.placement.domain.terms import Terms
from services.placement.tables import WalkInRow
from shared.database.unit_of_work import UnitOfWork
from shared.events import WalkInReported
from shared.events.vocabulary import ReferralEnd
from shared.merges import OTHERS, PERSON, SAME, Merges
from shared.regions import province_of

CANDIDATE = (
    "c.worker, c.spell, c.state, c.region, c.reach, c.wishes, c.certified, c.concerns, c.since, c.position, c.restricted, "
    "c.merged, c.applied_on, c.wants_work, c.trained, c.trained_on, c.is_over, c.unasked, "
    "c.birth_year, c.sex, c.card_until, "
    "ARRAY(SELECT r.vacancy FROM referral AS r WHERE r.worker = c.worker UNION ALL SELECT r.vacancy "
    "FROM merged_worker AS m JOIN referral AS r ON r.worker = m.worker WHERE m.person = c.worker) AS tried, "
    "ARRAY(SELECT unnest(o.certified) FROM merged_worker AS m JOIN candidate AS o ON o.worker = m.worker "
    "WHERE m.person = c.worker) AS also_certified, (SELECT max(o.card_until) FROM merged_worker AS m JOIN candidate AS o "
    "ON o.worker = m.worker WHERE m.person = c.worker) AS also_card_until, also.since AS also_since, also.position AS also_position"
)
ALSO = (
    "LEFT JOIN LATERAL (SELECT o.since, o.position FROM merged_worker AS m JOIN candidate AS o "
    "ON o.worker = m.worker AND o.spell = m.spell WHERE m.joint_worker = c.worker AND m.joint_spell = c.spell "
    "AND o.since IS NOT NULL ORDER BY o.since, o.position LIMIT 1) AS also ON true"
)
"""Joins to a candidate `c` the earliest rank under another id that means the worker."""
VACANCY = (
    "id, code, agency, title, vocation, employer, region, country, posted_on, openings, offered, approved, hired, referred, "
    "state, calling, void, certificate"
)
PLACEMENT = ", ".join(field.name for field in fields(Placement))
WALK_IN = ", ".join(field.name for field in fields(WalkIn))
REFERRAL = "id, worker, spell, vacancy, route, respond_by, state, reason, lapsed_before, fact"
HAS_ROOM = "state = 'open' AND hired + referred < offered"
_FREE: Final = f"{HAS_ROOM} AND NOT calling"
_WITH_ROOM: Final = (
    "WITH fitting AS (SELECT found.id FROM unnest(CAST(:vocations AS text[]), CAST(:areas AS text[])) "
    "AS queue(vocation, area) CROSS JOIN LATERAL ("
    f"(SELECT id FROM vacancy WHERE vocation = queue.vocation AND left(ltrim(region), 2) = queue.area AND {_FREE}) UNION ALL "
    f"(SELECT id FROM vacancy WHERE queue.vocation = '{ANY_VOCATION}' AND left(ltrim(region), 2) = queue.area AND {_FREE})) AS found "
    f"UNION (SELECT id FROM vacancy WHERE vocation = ANY(CAST(:far AS text[])) AND {_FREE}) "
    f"UNION (SELECT id FROM vacancy WHERE CAST(:any AS boolean) AND {_FREE})) "
    f"SELECT {VACANCY} FROM fitting JOIN vacancy USING (id)"
)
_FIRST: Final = "SELECT s.worker FROM seeking AS s WHERE s.vocation = queue.vocation AND s.area = queue.area"
_IN_ORDER: Final = "ORDER BY s.since, s.position, s.worker LIMIT queue.depth"
"""The order of `matching.rank`."""


class QueueHeads(NamedTuple):
    """The first candidates of some queues, and for each queue that goes on, the rank of the last candidate read."""

    candidates: list[Candidate]
    last_read: dict[Queue, Rank]


NO_HEADS = QueueHeads([], {})


async def open_casebook(
    work: UnitOfWork,
    *,
    workers: Iterable[UUID] = (),
    vacancies: Mapping[UUID, int | None] | None = None,
    agencies: Iterable[str] = (),
    most: int | None = None,
    merges: Merges | None = None,
    terms: Terms | None = None,
) -> Casebook:
    """Take turns, then read all that is needed about these workers, vacancies and agencies.

    `vacancies` says how many open referrals to each are needed, the latest first; None is all. `most` limits their sum.
    `merges` is who was merged into whom, where that is known; otherwise it is read where somebody was. With `terms` referrals that
    lapsed may be open again, on these terms: the vacancies of the workers' other referrals are read, too.
    """
    await work.take_turns()
    named = vacancies or {}
    referrals = await _referrals(work, set(workers), named, most)
    held = {referral.vacancy for referral in referrals if terms or referral.state == "open"}
    candidates = await _candidates(work, {*workers, *(referral.worker for referral in referrals)})
    if merges is None:
        merged = [candidate.worker for candidate in candidates.values() if candidate.merged]
        merges = await Merges.read(work, merged) if merged else Merges()
    book = Casebook(
        merges=merges,
        candidates=candidates,
        vacancies=await _vacancies(work, held | named.keys()),
        referrals={(referral.worker, referral.vacancy): referral for referral in referrals},
        agencies=await _agencies(work, set(agencies)),
    )
    if terms:
        book.today, book.respond_by = terms.today(), terms.respond_by()
    return book


async def _referrals(
    work: UnitOfWork, workers: set[UUID], vacancies: Mapping[UUID, int | None], most: int | None
) -> list[Referral]:
    found = await work.rows(
        f"SELECT {REFERRAL} FROM referral WHERE worker = ANY(CAST(:workers AS uuid[])) "
        f"UNION SELECT {REFERRAL} FROM {OTHERS} AS other JOIN referral USING (worker) "
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
        f"SELECT {CANDIDATE} FROM candidate AS c {ALSO} WHERE c.worker = ANY(CAST(:workers AS uuid[])) "
        f"UNION ALL SELECT {CANDIDATE} FROM {OTHERS} AS other JOIN candidate AS c USING (worker) {ALSO} "
        "WHERE c.worker <> ALL(CAST(:workers AS uuid[]))",
        workers=list(workers),
    )
    return {row.worker: _candidate(row) for row in found}


async def _vacancies(work: UnitOfWork, ids: set[UUID]) -> dict[UUID, Vacancy]:
    found = await work.rows(f"SELECT {VACANCY} FROM vacancy WHERE id = ANY(CAST(:ids AS uuid[]))", ids=list(ids))
    return {row.id: Vacancy(**row._asdict()) for row in found}


async def _agencies(work: UnitOfWork, slugs: set[str]) -> dict[str, Agency]:
    if not slugs:
        return {}
    found = await work.rows(
        "SELECT slug, role, region FROM agency WHERE slug = ANY(CAST(:slugs AS text[]))", slugs=list(slugs)
    )
    return {row.slug: Agency(**row._asdict()) for row in found}


async def region_of(work: UnitOfWork, worker: UUID) -> tuple[bool, str | None]:
    """Is this worker known, and where does the worker live?"""
    found = await work.rows(f"SELECT region FROM candidate WHERE worker = {PERSON}", worker=worker)
    return bool(found), found[0].region if found else None


async def placements_of(work: UnitOfWork, workers: Iterable[UUID]) -> dict[tuple[UUID, int], Placement]:
    """Which placements do these ids have, by worker and spell?"""
    found = await work.rows(
        f"SELECT {PLACEMENT} FROM placement WHERE worker = ANY(CAST(:workers AS uuid[]))", workers=list(workers)
    )
    return {(row.worker, row.spell): _placement(row) for row in found}


async def walk_ins_of(work: UnitOfWork, workers: Iterable[UUID]) -> dict[UUID, WalkIn]:
    """Which walk-ins are said of these ids? By their own ids."""
    found = await work.rows(
        f"SELECT {WALK_IN} FROM walk_in WHERE worker = ANY(CAST(:workers AS uuid[]))", workers=list(workers)
    )
    return {row.id: WalkIn(**row._asdict()) for row in found}


async def keep_walk_ins(work: UnitOfWork, reported: Iterable[WalkInReported], today: date) -> None:
    """Keep walk-ins; one that is heard again changes nothing."""
    await work.insert(
        WalkInRow,
        [
            WalkIn(
                id=fact.envelope.id,
                worker=fact.worker,
                agency=fact.agency,
                placed_on=fact.on,
                heard_on=today,
                employer=fact.employer,
                vocation=fact.vocation,
                region=fact.region,
                country=fact.country,
            )
            for fact in reported
        ],
        "ON CONFLICT (id) DO NOTHING",
    )


async def unopposed(work: UnitOfWork, told_by: date, limit: int) -> list[tuple[UUID, int]]:
    """Of which hires, by worker and spell, was the worker told by this day, and did not deny it? Nobody else has confirmed them."""
    found = await work.rows(
        "SELECT worker, spell FROM placement WHERE grade = 'employer-says' AND vacancy IS NOT NULL AND NOT contested AND ended_on IS NULL "
        "AND told_on <= :told_by ORDER BY told_on, worker LIMIT :limit",
        told_by=told_by,
        limit=limit,
    )
    return [(row.worker, row.spell) for row in found]


async def note_told(work: UnitOfWork, said: Iterable[UUID], today: date) -> None:
    """Take turns, then note of which placements a message has left for the worker: those that were announced by these events."""
    await work.take_turns()
    await work.run(
        "UPDATE placement SET told_on = :today WHERE said = ANY(CAST(:said AS uuid[])) AND told_on IS NULL AND grade = 'employer-says'",
        said=list(said),
        today=today,
    )


async def same_workers(work: UnitOfWork, workers: Iterable[UUID]) -> set[UUID]:
    """Which ids mean the same workers as these do?"""
    found = await work.rows(f"SELECT same.worker FROM {SAME}", workers=list(workers))
    return {row.worker for row in found}


async def lapsed_from(work: UnitOfWork, vacancies: Iterable[UUID], reason: ReferralEnd, limit: int) -> list[UUID]:
    """Whose referrals to these vacancies lapsed for this reason? The first made first."""
    found = await work.rows(
        "SELECT r.worker FROM unnest(CAST(:vacancies AS uuid[])) AS v(id) CROSS JOIN LATERAL (SELECT id, worker FROM referral "
        "WHERE vacancy = v.id AND state = 'lapsed' AND reason = :reason ORDER BY id LIMIT :limit) AS r ORDER BY r.id",
        vacancies=list(vacancies),
        reason=reason,
        limit=limit,
    )
    return [row.worker for row in found]


async def unanswered(work: UnitOfWork, today: date, limit: int) -> list[UUID]:
    """Which workers' referrals were not answered in time? The oldest first."""
    found = await work.rows(
        "SELECT worker FROM referral WHERE state = 'open' AND respond_by < :today ORDER BY respond_by, id LIMIT :limit",
        today=today,
        limit=limit,
    )
    return [row.worker for row in found]


async def referred_to_closed_vacancies(work: UnitOfWork, limit: int) -> list[UUID]:
    """Which workers are still referred to vacancies that were closed meanwhile?"""
    found = await work.rows(
        "SELECT r.worker FROM vacancy AS v JOIN referral AS r ON r.vacancy = v.id AND r.state = 'open' "
        "WHERE v.state = 'closed' AND v.referred > 0 LIMIT :limit",
        limit=limit,
    )
    return [row.worker for row in found]


async def to_judge_anew(work: UnitOfWork, today: date, limit: int) -> list[UUID]:
    """Who looks for work, and may go abroad by now, or no longer?"""
    found = await work.rows(
        "SELECT DISTINCT worker FROM seeking WHERE changes_on <= :today LIMIT :limit", today=today, limit=limit
    )
    return [row.worker for row in found]


async def vacancies_calling(work: UnitOfWork, limit: int) -> list[Vacancy]:
    """Which vacancies hold openings back? The first posted first."""
    found = await work.rows(
        f"SELECT {VACANCY} FROM vacancy WHERE calling ORDER BY posted_on, agency, code LIMIT :limit", limit=limit
    )
    return [Vacancy(**row._asdict()) for row in found]


async def vacancies_with_room(work: UnitOfWork, seekers: Iterable[Candidate]) -> list[Vacancy]:
    """Which vacancies that may fit one of these candidates have an opening that is not held back for a queue?

    For a candidate who stays in a province, those of that province; for one who goes further, or whose home is known by
    its name alone, all of the vocation.
    """
    near: set[Queue] = set()
    far: set[str] = set()
    for candidate in seekers:
        home = province_of(candidate.region) if candidate.reach == "province" else None
        if home:
            near.update(Queue(vocation, home) for vocation in candidate.vocations)
        else:
            far.update(candidate.vocations)
    if not near and not far:
        return []
    found = await work.rows(
        _WITH_ROOM,
        vocations=[queue.vocation for queue in near],
        areas=[queue.area for queue in near],
        far=list(far),
        any=ANY_VOCATION in far,
    )
    return [Vacancy(**row._asdict()) for row in found]


async def all_with_room(work: UnitOfWork) -> list[Vacancy]:
    """Which vacancies have an opening?"""
    return [Vacancy(**row._asdict()) for row in await work.rows(f"SELECT {VACANCY} FROM vacancy WHERE {HAS_ROOM}")]


async def first_in_queues(work: UnitOfWork, depths: Mapping[Queue, int]) -> QueueHeads:
    """Who comes first in these queues? As many of each as its depth, in the order of `matching.rank`."""
    queues = list(depths)
    found = await work.rows(
        f"SELECT queue.nth, {CANDIDATE} FROM unnest(CAST(:vocations AS text[]), CAST(:areas AS text[]), "
        "CAST(:certified AS boolean[]), CAST(:depths AS bigint[])) WITH ORDINALITY AS queue(vocation, area, certified, depth, nth) "
        f"CROSS JOIN LATERAL (({_FIRST} AND NOT queue.certified {_IN_ORDER}) UNION ALL "
        f"({_FIRST} AND queue.certified AND s.certified {_IN_ORDER})) AS first JOIN candidate AS c ON c.worker = first.worker "
        f"{ALSO}",
        vocations=[queue.vocation for queue in queues],
        areas=[queue.area for queue in queues],
        certified=[queue.certified for queue in queues],
        depths=list(depths.values()),
    )
    read: dict[UUID, Candidate] = {}
    ranks: dict[Queue, list[Rank]] = {}
    for row in found:
        if row.worker not in read:
            read[row.worker] = _candidate(row)
        ranks.setdefault(queues[row.nth - 1], []).append(rank(read[row.worker]))
    last_read = {queue: max(seen) for queue, seen in ranks.items() if len(seen) == depths[queue]}
    return QueueHeads(list(read.values()), last_read)


def _placement(row: Row[Any]) -> Placement:
    return Placement(**{**row._asdict(), "evidence": msgspec.convert(row.evidence or [], list[Evidence])})


def _candidate(row: Row[Any]) -> Candidate:
    known = {name: value for name, value in row._asdict().items() if name != "nth"}
    return Candidate(**{**known, "tried": set(row.tried)})
