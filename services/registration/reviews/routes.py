"""The route by which an office reads what waits for it: both versions of who a worker is. It decides by posting an event."""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

import msgspec
from fastapi import APIRouter, Request
from sqlalchemy import Row

from services.registration.identity.data_keys import DataKey
from services.registration.identity.sealing import ASSERTION, IDENTITY, IdentitySeals
from shared import access, clock
from shared.database.unit_of_work import UnitOfWork
from shared.http.auth import Caller, CallingAgency
from shared.http.paging import BEFORE_ALL, Limit, page
from shared.refusals import Refusal
from shared.regions import covers, in_area

ROUTE: Final = "GET /reviews"
FEWEST_UNUSUAL: Final = 5
UNUSUAL_SHARE: Final = 0.2
"""An agency is shown where so many of its reports differed in a month, and this share of them: dirty payrolls have less."""
MONTH: Final = timedelta(days=30)
FOR_OFFICES: Final = Refusal("Reviews are for labour offices.", kind="forbidden", status=HTTPStatus.FORBIDDEN)
_REVIEWS: Final = f"""
SELECT r.id, r.worker, r.kind, r.differs, r.agency, r.other, r.opened_on, w.id AS meant, w.sealed, wk.wrapped, w.region,
    a.sealed AS said, ak.wrapped AS said_wrapped,
    o.id AS other_meant, o.sealed AS other_sealed, ok.wrapped AS other_wrapped, o.region AS other_region
FROM review AS r LEFT JOIN merged_worker AS rm ON rm.worker = r.worker LEFT JOIN merged_worker AS om ON om.worker = r.other
JOIN worker AS w ON w.id = coalesce(rm.person, r.worker) LEFT JOIN data_key AS wk ON wk.worker = w.id
LEFT JOIN assertion AS a ON a.id = r.assertion LEFT JOIN data_key AS ak ON ak.worker = r.worker
LEFT JOIN worker AS o ON o.id = coalesce(om.person, r.other) LEFT JOIN data_key AS ok ON ok.worker = o.id
WHERE r.state = 'open' AND r.id > :after AND ({in_area("w.region")} OR {in_area("o.region")})
ORDER BY r.id LIMIT :limit
"""
_UNUSUAL: Final = """
SELECT d.agency, d.differing, t.reports FROM (
    SELECT agency, count(*) AS differing FROM review WHERE kind = 'identity' AND opened_on >= :since GROUP BY agency
    HAVING count(*) >= :fewest
) AS d JOIN agency AS g ON g.slug = d.agency CROSS JOIN LATERAL (
    SELECT count(*) AS reports FROM assertion WHERE agency = g.id AND received_at >= :since
        AND type IN ('pulih.layoff.reported.v1', 'pulih.jobseeker.applied.v1')
) AS t WHERE d.differing >= :share * t.reports ORDER BY d.differing DESC
"""

routes = APIRouter()


@routes.get("/reviews")
async def list_reviews(
    request: Request, caller: CallingAgency, after: UUID = BEFORE_ALL, limit: Limit = 100
) -> dict[str, Any]:
    """Give what waits for the office: of each worker who lives where it acts, what is known and what was said.

    `unusual` names the agencies whose reports differ unusually often. An office decides by IdentityCorrected,
    IdentitiesKeptApart or IdentitiesMerged.
    """
    if caller.role != "office":
        raise FOR_OFFICES
    seals: IdentitySeals = request.app.state.desk.seals
    async with request.app.state.service.database.work() as work:
        found = await work.rows(_REVIEWS, after=after, area=caller.region, limit=limit)
        unusual = await _unusual(work)
        items = [_item(row, caller, seals) for row in found]
        opened = {item["worker"] for item in items if item["known"]}
        opened |= {item["other"] for item in items if item.get("other_known")}
        await access.note(work, caller, ROUTE, sorted(opened), outcome="read")
    listed = page(items, limit, "id")
    return {**listed, "unusual": unusual}


def _item(row: Row[Any], caller: Caller, seals: IdentitySeals) -> dict[str, Any]:
    """Open one review; of a worker who lives elsewhere nothing is shown but the id."""
    item: dict[str, Any] = {
        "id": row.id,
        "kind": row.kind,
        "worker": row.worker,
        "fields": list(row.differs),
        "agency": row.agency,
        "opened_on": row.opened_on,
        "known": _opened(seals, row.meant, row.wrapped, row.sealed) if covers(caller.region, row.region) else None,
    }
    if row.kind == "same-person":
        shown = row.other_sealed and covers(caller.region, row.other_region)
        known = _opened(seals, row.other_meant, row.other_wrapped, row.other_sealed) if shown else None
        return {**item, "other": row.other, "other_known": known}
    return {**item, "said": _said(seals, row)}


def _opened(seals: IdentitySeals, worker: UUID, wrapped: str | None, sealed: str) -> Mapping[str, Any]:
    cipher = seals.data_keys.cipher_of(worker, DataKey(wrapped)) if wrapped else seals.own
    known: dict[str, Any] = msgspec.json.decode(cipher.open(sealed, about=worker, **IDENTITY))
    return known


def _said(seals: IdentitySeals, row: Row[Any]) -> Mapping[str, Any] | None:
    if not row.said:
        return None
    cipher = seals.data_keys.cipher_of(row.worker, DataKey(row.said_wrapped)) if row.said_wrapped else seals.own
    person: dict[str, Any] | None = msgspec.json.decode(cipher.open(row.said, about=row.worker, **ASSERTION)).get(
        "person"
    )
    return person


async def _unusual(work: UnitOfWork) -> list[dict[str, Any]]:
    found = await work.rows(_UNUSUAL, since=clock.today() - MONTH, fewest=FEWEST_UNUSUAL, share=UNUSUAL_SHARE)
    return [row._asdict() for row in found]
