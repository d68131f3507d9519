"""Saves a casebook: each table in one statement, in the order that the constraints of the database need."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from services.placement import tables
from services.placement.casebook import Casebook
from services.placement.domain.areas import queues_of
from services.placement.domain.entities import Candidate, Referral, Vacancy
from services.placement.store import REFERRAL, VACANCY
from shared.database.unit_of_work import UnitOfWork


async def save_decisions(work: UnitOfWork, book: Casebook) -> None:
    """Save what was decided, before anybody is referred: first what frees openings, then the vacancies themselves."""
    await work.update(
        tables.ReferralRow,
        [{"id": referral.id, "state": referral.state, "reason": referral.reason} for referral in book.ended.values()],
    )
    await work.insert(
        tables.VacancyRow,
        [_row(book.vacancies[id], VACANCY) for id in book.changed_vacancies],
        "ON CONFLICT (id) DO UPDATE SET title = excluded.title, vocation = excluded.vocation, "
        "employer = excluded.employer, region = excluded.region, country = excluded.country, "
        "openings = excluded.openings, offered = excluded.offered, approved = excluded.approved, state = excluded.state",
    )
    await work.insert(
        tables.PlacementRow,
        [
            {
                "worker": placed.worker,
                "spell": placed.spell,
                "outcome": placed.outcome,
                "placed_on": placed.on,
                "agency": placed.agency,
                "vacancy": placed.vacancy,
                "employer": placed.employer,
                "region": placed.region,
                "country": placed.country,
                "route": placed.route,
            }
            for placed in book.placements
        ],
    )
    await _leave_queues(work, book.changed_candidates)


async def save_offers(work: UnitOfWork, vacancies: Sequence[Vacancy]) -> None:
    """Save how many openings of these vacancies are on offer."""
    await work.update(tables.VacancyRow, [_row(vacancy, "id, offered") for vacancy in vacancies])


async def save_referrals(
    work: UnitOfWork, referrals: Sequence[Referral], candidates: Sequence[Candidate], vacancies: Sequence[Vacancy]
) -> None:
    """Save the new referrals, these candidates and their queues, and which of these vacancies hold openings back."""
    await work.insert(
        tables.CandidateRow,
        [
            _row(
                candidate,
                "worker, spell, state, region, reach, wishes, certified, concerns, since, position, restricted, merged",
            )
            for candidate in candidates
        ],
        "ON CONFLICT (worker) DO UPDATE SET spell = excluded.spell, state = excluded.state, "
        "region = excluded.region, reach = excluded.reach, wishes = excluded.wishes, certified = excluded.certified, "
        "concerns = excluded.concerns, since = excluded.since, position = excluded.position, "
        "restricted = excluded.restricted, merged = excluded.merged",
    )
    await _leave_queues(work, [referral.worker for referral in referrals])
    await work.insert(tables.SeekingRow, [row for candidate in candidates for row in _queue_rows(candidate)])
    await work.insert(tables.ReferralRow, [_row(referral, REFERRAL) for referral in referrals])
    await work.update(tables.VacancyRow, [_row(vacancy, "id, calling") for vacancy in vacancies])


async def _leave_queues(work: UnitOfWork, workers: Iterable[UUID]) -> None:
    if leaving := list(workers):
        await work.run("DELETE FROM seeking WHERE worker = ANY(CAST(:leaving AS uuid[]))", leaving=leaving)


def _queue_rows(candidate: Candidate) -> list[dict[str, Any]]:
    if candidate.state != "looking" or candidate.restricted or candidate.merged:
        return []
    since, position = candidate.place
    return [
        {
            "worker": candidate.worker,
            "vocation": queue.vocation,
            "area": queue.area,
            "since": since,
            "position": position,
        }
        for queue in queues_of(candidate)
    ]


def _row(thing: Candidate | Vacancy | Referral, columns: str) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in columns.split(", ")}
