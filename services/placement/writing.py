"""What a batch writes into placement's database: each table in one statement, in the order that its rules want."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from services.placement import tables
from services.placement.casebook import Casebook, Referral
from services.placement.domain import Candidate, Vacancy, lines_of
from services.placement.store import REFERRAL, VACANCY
from shared.database.unit_of_work import UnitOfWork


async def write_answers(work: UnitOfWork, book: Casebook) -> None:
    """Write what was decided, before anybody is referred: first what frees openings, then the vacancies themselves."""
    await work.update(
        tables.Referral,
        [
            {"id": referral.id, "state": referral.state, "reason": referral.reason}
            for referral in book.answered.values()
        ],
    )
    await work.insert(
        tables.Vacancy,
        [_row(book.vacancies[id], VACANCY) for id in book.amended],
        "ON CONFLICT (id) DO UPDATE SET title = excluded.title, vocation = excluded.vocation, "
        "employer = excluded.employer, region = excluded.region, country = excluded.country, "
        "openings = excluded.openings, state = excluded.state",
    )
    await work.insert(
        tables.Placement,
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
    await _leave_lines(work, book.changed)


async def write_referrals(
    work: UnitOfWork, referrals: Sequence[Referral], candidates: Sequence[Candidate], vacancies: Sequence[Vacancy]
) -> None:
    """Write the new referrals, where each of these candidates stands now, and which of these vacancies call further."""
    await work.insert(
        tables.Candidate,
        [
            _row(candidate, "worker, spell, state, region, reach, wishes, certified, concerns, since, position")
            for candidate in candidates
        ],
        "ON CONFLICT (worker) DO UPDATE SET spell = excluded.spell, state = excluded.state, "
        "region = excluded.region, reach = excluded.reach, wishes = excluded.wishes, certified = excluded.certified, "
        "concerns = excluded.concerns, since = excluded.since, position = excluded.position",
    )
    await _leave_lines(work, [referral.worker for referral in referrals])
    await work.insert(tables.Seeking, [row for candidate in candidates for row in _places_in_line(candidate)])
    await work.insert(tables.Referral, [_row(referral, REFERRAL) for referral in referrals])
    await work.update(tables.Vacancy, [_row(vacancy, "id, calling") for vacancy in vacancies])


async def _leave_lines(work: UnitOfWork, workers: Iterable[UUID]) -> None:
    if gone := list(workers):
        await work.run("DELETE FROM seeking WHERE worker = ANY(CAST(:gone AS uuid[]))", gone=gone)


def _places_in_line(candidate: Candidate) -> list[dict[str, Any]]:
    if candidate.state != "looking":
        return []
    return [
        {
            "worker": candidate.worker,
            "vocation": line.vocation,
            "place": line.place,
            "since": candidate.since,
            "position": candidate.position,
        }
        for line in lines_of(candidate)
    ]


def _row(thing: Candidate | Vacancy | Referral, columns: str) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in columns.split(", ")}
