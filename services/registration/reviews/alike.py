"""Finds the workers who may be one person: another NIK with the same name and birth date, or with the same phone.

Two digits of a NIK that were swapped are the commonest error. Candidates are found by 16 bits of keyed fingerprints, which
single out nobody, and are compared afterwards: names and birth dates by prints of each worker's own, phones after opening.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import Row

from services.registration.domain.decisions import Review
from services.registration.identity.data_keys import DataKey
from services.registration.identity.sealing import BIRTH_BYTES, IdentitySeals
from services.registration.identity.worker import Worker
from services.registration.posting.assertions import Assertion
from shared.database.unit_of_work import UnitOfWork

SHARED_PHONE: Final = 5
"""A phone that so many others have is an office's or a village's, and says nothing of who a worker is."""
MOST_REVIEWS: Final = 3
"""Reviews that one new worker opens, at most."""
_SAME_PRINT: Final = f"""
SELECT n.id, found.candidates FROM unnest(CAST(:ids AS uuid[]), CAST(:persons AS int[])) AS n(id, person) CROSS JOIN LATERAL (
    SELECT string_agg(uuid_send(id) || substring(birth_print FROM 1 FOR {BIRTH_BYTES}), '') AS candidates FROM worker
    WHERE person_print = n.person AND id <> n.id AND sealed <> ''
) AS found WHERE found.candidates IS NOT NULL
"""
"""Those with the same 16 bits of name and birth date: their ids and the beginnings of birth prints, packed: they are many."""
_CANDIDATES: Final = """
SELECT found.*, k.wrapped, m.person FROM (
    SELECT pair.new, w.id, w.name_print, w.birth_print, CAST(NULL AS text) AS sealed
    FROM unnest(CAST(:new AS uuid[]), CAST(:others AS uuid[])) AS pair(new, other) JOIN worker AS w ON w.id = pair.other
    UNION ALL SELECT n.id, w.* FROM unnest(CAST(:ids AS uuid[]), CAST(:phones AS int[])) AS n(id, phone) CROSS JOIN LATERAL (
        SELECT id, CAST(NULL AS bytea), CAST(NULL AS bytea), sealed FROM worker
        WHERE phone_print = n.phone AND id <> n.id AND sealed <> '' LIMIT 200
    ) AS w
) AS found LEFT JOIN data_key AS k ON k.worker = found.id AND found.sealed IS NOT NULL
LEFT JOIN merged_worker AS m ON m.worker = found.id
"""
"""Those who were born on the same day (`others`), and those with the same 16 bits of the phone (`sealed` is given)."""


async def find(
    work: UnitOfWork, new: Sequence[Worker], assertions: Iterable[Assertion], seals: IdentitySeals
) -> list[Review]:
    """Give a review for each pair of a new worker and another who may be the same person."""
    asked = {worker.id: worker for worker in new if worker.person is not None or worker.phone is not None}
    if not asked:
        return []
    first: dict[bytes, Assertion] = {}
    for assertion in assertions:
        if assertion.statement is not None:
            first.setdefault(assertion.statement.nik, assertion)
    candidates = await _candidates(work, asked, first, seals)
    return [
        review
        for id, rows_of_it in candidates.items()
        for review in _reviews(asked, id, first[asked[id].nik], rows_of_it, seals)
    ]


async def _candidates(
    work: UnitOfWork, asked: Mapping[UUID, Worker], first: Mapping[bytes, Assertion], seals: IdentitySeals
) -> dict[UUID, list[Row[Any]]]:
    """Read whom each new worker may be. Whoever was born on another day is left out before anything else is read."""
    found = await work.rows(_SAME_PRINT, ids=list(asked), persons=[worker.person for worker in asked.values()])
    pairs = [
        (row.id, other)
        for row in found
        if (statement := first[asked[row.id].nik].statement) is not None
        for other in seals.born_with(statement, row.candidates)
    ]
    phones = {id: worker.phone for id, worker in asked.items() if worker.phone is not None}
    candidates: dict[UUID, list[Row[Any]]] = defaultdict(list)
    if pairs or phones:
        for row in await work.rows(
            _CANDIDATES,
            new=[id for id, _ in pairs],
            others=[other for _, other in pairs],
            ids=list(phones),
            phones=list(phones.values()),
        ):
            candidates[row.new].append(row)
    return candidates


def _reviews(
    new: Mapping[UUID, Worker], id: UUID, said: Assertion, candidates: Sequence[Row[Any]], seals: IdentitySeals
) -> list[Review]:
    """Compare one new worker with the candidates. Of two who are new in one batch, the later one opens the review.

    A candidate who was merged stands for whom the id means.
    """
    alike: dict[UUID, list[str]] = {}
    by_phone: list[UUID] = []
    for row in candidates:
        if row.id in new and row.id > id:
            continue
        meant = row.person or row.id
        if row.sealed is None:
            if _is_alike(row, said, seals):
                alike[meant] = ["name", "birth_date"]
        elif meant not in by_phone and _has_phone(row, said, seals):
            by_phone.append(meant)
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
    key = DataKey(row.wrapped) if row.wrapped else None
    return phone is not None and seals.is_phone_of(row.id, row.sealed, key, phone)
