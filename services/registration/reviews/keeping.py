"""Keeps reviews and what offices decide; each function costs a fixed number of statements, whatever the batch's size."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from uuid_utils.compat import uuid7

from services.registration import tables
from services.registration.domain.decisions import Review, Verdict
from services.registration.identity.worker import Worker
from shared.database.unit_of_work import UnitOfWork
from shared.events import ReviewOpened
from shared.events.vocabulary import Slug
from shared.offices import offices_in


async def differed_today(
    work: UnitOfWork, workers: Collection[UUID], today: date
) -> tuple[Counter[tuple[UUID, Slug]], set[tuple[UUID, Slug]]]:
    """Count today's reports that differed, and name the open reviews of contacts: each by worker and agency."""
    if not workers:
        return Counter(), set()
    found = await work.rows(
        "SELECT worker, agency, kind, state, opened_on FROM review WHERE worker = ANY(CAST(:ids AS uuid[])) "
        "AND kind <> 'same-person' AND (state = 'open' OR opened_on = :today)",
        ids=list(workers),
        today=today,
    )
    differed = Counter((row.worker, row.agency) for row in found if row.kind == "identity" and row.opened_on == today)
    return differed, {(row.worker, row.agency) for row in found if row.kind == "contacts" and row.state == "open"}


async def keep(work: UnitOfWork, reviews: Sequence[Review], workers: Mapping[UUID, Worker], today: date) -> None:
    """Keep new reviews, and tell the offices of the workers whom they are about."""
    if not reviews:
        return
    await work.insert(
        tables.ReviewRow,
        [
            {
                "id": uuid7(),
                "worker": review.worker,
                "kind": review.kind,
                "differs": review.fields,
                "agency": review.agency,
                "assertion": review.assertion,
                "other": review.other,
                "state": "open",
                "opened_on": today,
            }
            for review in reviews
        ],
    )
    offices = await offices_in(work, {workers[review.worker].region for review in reviews})
    work.announce(
        *(
            ReviewOpened(
                worker=review.worker,
                kind=review.kind,
                fields=review.fields,
                agency=review.agency,
                other=review.other,
                concerns=offices[workers[review.worker].region],
            )
            for review in reviews
        )
    )


async def decide(work: UnitOfWork, verdicts: Sequence[Verdict], today: date) -> None:
    """Close what offices have decided: a verdict on two workers closes their review, another all others of its worker."""
    if not verdicts:
        return
    await work.run(
        "UPDATE review AS r SET state = 'decided', decided_on = :today, decided_by = v.by "
        "FROM unnest(CAST(:workers AS uuid[]), CAST(:others AS uuid[]), CAST(:offices AS text[])) AS v(worker, other, by) "
        "WHERE r.state = 'open' AND CASE WHEN v.other IS NULL THEN r.worker = v.worker AND r.kind <> 'same-person' "
        "ELSE (r.worker, r.other) IN ((v.worker, v.other), (v.other, v.worker)) END",
        workers=[verdict.worker for verdict in verdicts],
        others=[verdict.other for verdict in verdicts],
        offices=[verdict.by for verdict in verdicts],
        today=today,
    )
