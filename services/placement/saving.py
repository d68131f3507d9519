"""Saves a casebook in a constant number of statements, in the order that the constraints of the database need."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.placement import tables
from services.placement.casebook import Casebook
from services.placement.domain.abroad import changes_on
from services.placement.domain.areas import queues_of
from services.placement.domain.entities import Candidate, Referral, Vacancy
from shared.database.unit_of_work import UnitOfWork

_ALL_SET: Final = ", ".join(
    f"{name} = excluded.{name}" for name in tables.CandidateRow.model_fields if name != "worker"
)


async def save_decisions(work: UnitOfWork, book: Casebook) -> None:
    """Save what was decided, before anybody is referred: first what frees openings, then the vacancies themselves.

    A vacancy that is open again comes before its referrals, also if a hire fills it by then: one that is filled has no opening to give.
    """
    opened = [book.vacancies[id] for id in book.opened_again]
    await _save_vacancies(work, [replace(each, state="open") if each.state == "filled" else each for each in opened])
    await work.update(
        tables.ReferralRow,
        list(book.changed_referrals.values()),
        columns=("id", "state", "reason", "respond_by", "lapsed_before", "fact"),
    )
    await _save_vacancies(work, [book.vacancies[id] for id in book.changed_vacancies])
    if book.unplaced:
        await work.run(
            "DELETE FROM placement WHERE (worker, spell) IN "
            "(SELECT * FROM unnest(CAST(:workers AS uuid[]), CAST(:spells AS int[])))",
            workers=[worker for worker, _ in book.unplaced],
            spells=[spell for _, spell in book.unplaced],
        )
    placed = [each for each in book.placed if book.placements.get((each.worker, each.spell)) is each]
    await work.insert(tables.PlacementRow, placed)
    new = {id(placement) for placement in book.placed}
    changed = [
        placement
        for key, placement in book.changed_placements.items()
        if book.placements.get(key) is placement and id(placement) not in new
    ]
    await work.update(tables.PlacementRow, changed, by=("worker", "spell"))
    await work.update(tables.WalkInRow, [book.walk_ins[id] for id in book.changed_walk_ins])
    if book.void_walk_ins:
        await work.run("DELETE FROM walk_in WHERE id = ANY(CAST(:ids AS uuid[]))", ids=list(book.void_walk_ins))
    await _leave_queues(work, book.changed_candidates)


async def _save_vacancies(work: UnitOfWork, vacancies: Sequence[Vacancy]) -> None:
    await work.insert(
        tables.VacancyRow,
        vacancies,
        "ON CONFLICT (id) DO UPDATE SET title = excluded.title, vocation = excluded.vocation, "
        "employer = excluded.employer, region = excluded.region, country = excluded.country, posted_on = excluded.posted_on, "
        "openings = excluded.openings, offered = excluded.offered, approved = excluded.approved, state = excluded.state, "
        "void = excluded.void, certificate = excluded.certificate",
    )


async def save_offers(work: UnitOfWork, vacancies: Sequence[Vacancy]) -> None:
    """Save how many openings of these vacancies are on offer."""
    await work.update(tables.VacancyRow, vacancies, columns=("id", "offered"))


async def save_referrals(
    work: UnitOfWork,
    referrals: Sequence[Referral],
    candidates: Sequence[Candidate],
    vacancies: Sequence[Vacancy],
    today: date,
) -> None:
    """Save the new referrals, these candidates and their queues as of today, and which of these vacancies hold openings back."""
    await work.insert(tables.CandidateRow, candidates, f"ON CONFLICT (worker) DO UPDATE SET {_ALL_SET}")
    await _leave_queues(work, [referral.worker for referral in referrals])
    await work.insert(tables.SeekingRow, [row for candidate in candidates for row in _queue_rows(candidate, today)])
    await work.insert(tables.ReferralRow, referrals)
    await work.update(tables.VacancyRow, vacancies, columns=("id", "calling"))


async def _leave_queues(work: UnitOfWork, workers: Iterable[UUID]) -> None:
    if leaving := list(workers):
        await work.run("DELETE FROM seeking WHERE worker = ANY(CAST(:leaving AS uuid[]))", leaving=leaving)


def _queue_rows(candidate: Candidate, today: date) -> list[dict[str, Any]]:
    if not candidate.is_seeking:
        return []
    (since, position), changes = candidate.place, changes_on(candidate, today)
    return [
        {
            "worker": candidate.worker,
            "vocation": queue.vocation,
            "area": queue.area,
            "since": since,
            "position": position,
            "certified": queue.certified,
            "changes_on": changes,
        }
        for queue in queues_of(candidate, today)
    ]
