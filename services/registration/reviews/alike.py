"""Finds the workers who may be one person: another NIK with the same name and birth date, or with the same phone.

Two digits of a NIK that were swapped are the commonest error. Candidates are found by 16 bits of keyed fingerprints, which
single out nobody, and are compared afterwards: names and birth dates by prints of each worker's own, phones after opening.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import Row

from services.registration import rows
from services.registration.domain.decisions import Review
from services.registration.identity.data_keys import DataKey
from services.registration.identity.sealing import IdentitySeals
from services.registration.identity.worker import Worker
from services.registration.posting.assertions import Assertion
from shared.database.unit_of_work import UnitOfWork

SHARED_PHONE: Final = 5
"""A phone that so many others have is an office's or a village's, and says nothing of who a worker is."""
MOST_REVIEWS: Final = 3
"""Reviews that one new worker opens, at most."""
_CANDIDATES: Final = """
SELECT n.id AS new, found.how, w.*, k.wrapped FROM unnest(
    CAST(:ids AS uuid[]), CAST(:persons AS int[]), CAST(:phones AS int[])
) AS n(id, person, phone) CROSS JOIN LATERAL (
    (SELECT id, 'person' AS how FROM worker WHERE person_print = n.person AND id <> n.id)
    UNION ALL (SELECT id, 'phone' FROM worker WHERE phone_print = n.phone AND id <> n.id LIMIT 200)
) AS found JOIN worker AS w ON w.id = found.id LEFT JOIN data_key AS k ON k.worker = w.id WHERE w.sealed <> ''
"""


async def find(
    work: UnitOfWork, new: Sequence[Worker], assertions: Iterable[Assertion], seals: IdentitySeals
) -> list[Review]:
    """Give a review for each pair of a new worker and another who may be the same person."""
    asked = [worker for worker in new if worker.person is not None or worker.phone is not None]
    if not asked:
        return []
    first: dict[bytes, Assertion] = {}
    for assertion in assertions:
        if assertion.statement is not None:
            first.setdefault(assertion.statement.nik, assertion)
    found = await work.rows(
        _CANDIDATES,
        ids=[worker.id for worker in asked],
        persons=[worker.person for worker in asked],
        phones=[worker.phone for worker in asked],
    )
    candidates: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in found:
        candidates[row.new].append(row)
    by_id = {worker.id: worker for worker in asked}
    return [
        review
        for id, rows_of_it in candidates.items()
        for review in _reviews(by_id, id, first[by_id[id].nik], rows_of_it, seals)
    ]


def _reviews(
    new: Mapping[UUID, Worker], id: UUID, said: Assertion, candidates: Sequence[Row[Any]], seals: IdentitySeals
) -> list[Review]:
    """Compare one new worker with the candidates. Of two who are new in one batch, the later one opens the review."""
    alike: dict[UUID, list[str]] = {}
    by_phone: list[UUID] = []
    for row in candidates:
        if row.id in new and row.id > id:
            continue
        if row.how == "person" and _is_alike(row, said, seals):
            alike[row.id] = ["name", "birth_date"]
        elif row.how == "phone" and _has_phone(row, said, seals):
            by_phone.append(row.id)
    if len(by_phone) < SHARED_PHONE:
        for other in by_phone:
            alike.setdefault(other, []).append("phone")
    kind: Literal["same-person"] = "same-person"
    pairs = list(alike.items())[:MOST_REVIEWS]
    return [Review(id, kind, fields, said.fact.agency, said.row, other) for other, fields in pairs]


def _is_alike(row: Row[Any], said: Assertion, seals: IdentitySeals) -> bool:
    return said.statement is not None and seals.are_prints_of(row.id, row.name_print, row.birth_print, said.statement)


def _has_phone(row: Row[Any], said: Assertion, seals: IdentitySeals) -> bool:
    phone = said.statement.details.get("phone") if said.statement else None
    worker = rows.worker_in(row, None, None, DataKey(row.wrapped) if row.wrapped else None)
    return phone is not None and seals.is_phone_of(worker, phone)
