"""Who a worker is, for those who are entitled: name and phone for the provider of the seat and the employer of a referral."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Request, Response
from msgspec import Meta
from sqlalchemy import Row

from services.registration import relations_store
from services.registration.domain.relations import Relations
from services.registration.identity.data_keys import DataKey
from services.registration.identity.person import Nik
from services.registration.identity.sealing import IDENTITY, IdentitySeals
from services.registration.managing import read_body
from services.registration.posting.texts import check_name
from services.registration.spells import state_name
from shared import access, clock
from shared.database.unit_of_work import UnitOfWork
from shared.http.access import Purpose
from shared.http.auth import Caller, CallingAgency, as_whom
from shared.refusals import Refusal, not_yours

MOST: Final = 1_000
NAME_AND_PHONE: Final = ("name", "phone")
ROUTE_OF_MANY, ROUTE_BY_NIK = "POST /identities", "GET /workers"
NOT_ENTITLED: Final = not_yours(
    "Your agency may not read who this worker is: that is for the worker's office, the provider of the seat, and the employer "
    "of an open referral. If another service has named the worker to you just now, ask again in some seconds.",
)
NOT_HERE: Final = Refusal(
    "No worker of your office is registered under this NIK.", kind="not-found", status=HTTPStatus.NOT_FOUND
)
FOR_OFFICES: Final = Refusal("A NIK is looked up by labour offices.", kind="forbidden", status=HTTPStatus.FORBIDDEN)
_WORKERS: Final = (
    "SELECT w.id, w.sealed, k.wrapped FROM worker AS w LEFT JOIN data_key AS k ON k.worker = w.id "
    "WHERE w.id = ANY(CAST(:ids AS uuid[])) AND w.sealed <> ''"
)

routes = APIRouter()


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose identities an agency asks for, and what for."""

    workers: Annotated[list[UUID], Meta(min_length=1, max_length=MOST, description="workers' ids")]
    purpose: Annotated[str, Meta(min_length=3, max_length=access.LONGEST_PURPOSE, description="what you need it for")]
    on_behalf_of: Annotated[str, Meta(description="the agency for which an office asks, as its delegate")] | None = None


@routes.post("/identities")
async def read_identities(request: Request, caller: CallingAgency) -> Response:
    """Give who these workers are, each as far as the agency is entitled: an answer for each, in the order asked.

    200 where every one is given, 207 where some are, 403 where none is.
    """
    wanted = read_body(await request.body(), Wanted)
    check_name(wanted.purpose, "purpose")
    caller = as_whom(caller, wanted.on_behalf_of)
    seals: IdentitySeals = request.app.state.desk.seals
    async with request.app.state.service.database.work() as work:
        given = await _identities(work, list(dict.fromkeys(wanted.workers)), caller, seals)
        for outcome in ("read", "refused"):
            noted = [worker for worker, identity in given.items() if (identity is not None) == (outcome == "read")]
            await access.note(work, caller, ROUTE_OF_MANY, noted, outcome=outcome, purpose=wanted.purpose)
    items = [_answer(worker, given[worker]) for worker in wanted.workers]
    refused = sum(item["status"] != HTTPStatus.OK for item in items)
    status = HTTPStatus.OK if not refused else HTTPStatus.MULTI_STATUS
    return Response(
        msgspec.json.encode({"items": items}),
        HTTPStatus.FORBIDDEN if refused == len(items) else status,
        NOT_ENTITLED.headers if refused else None,
        "application/json",
    )


@routes.get("/workers")
async def find_by_nik(
    request: Request,
    caller: CallingAgency,
    nik: Annotated[str, Query(pattern="^[0-9]{16}$")],
    purpose: Purpose | None = None,
) -> dict[str, Any]:
    """Give the office's own worker who bears a NIK; the NIK of another office's worker answers like one that nobody bears."""
    if caller.role != "office":
        raise FOR_OFFICES
    seals: IdentitySeals = request.app.state.desk.seals
    async with request.app.state.service.database.work() as work:
        found = await work.rows(
            "SELECT id FROM worker WHERE nik_print = :print", print=seals.nik_fingerprint(msgspec.convert(nik, Nik))
        )
        worker = found[0].id if found else None
        relations = (await relations_store.of_workers(work, [worker], clock.today()))[worker] if worker else None
        given = (await _identities(work, [worker], caller, seals))[worker] if worker else None
        await access.note(work, caller, ROUTE_BY_NIK, [worker], outcome="read" if given else "refused", purpose=purpose)
    if relations is None or given is None or (spell := relations.present) is None:
        raise NOT_HERE
    return {
        "worker": relations.worker,
        "spell": spell.number,
        "state": state_name(spell.state, spell.wants),
        "region": relations.region,
        "identity": given,
    }


async def _identities(
    work: UnitOfWork, workers: Sequence[UUID], caller: Caller, seals: IdentitySeals
) -> dict[UUID, Mapping[str, Any] | None]:
    """Give what the agency may know of each worker; None where it may know nothing, or there is nobody.

    The id of one who was merged gives who it means.
    """
    relations = await relations_store.of_workers(work, workers, clock.today())
    meant = {worker: relations[worker].worker for worker in workers}
    found = {row.id: row for row in await work.rows(_WORKERS, ids=list({*meant.values()}))}
    return {worker: _identity(found.get(meant[worker]), relations[worker], caller, seals) for worker in workers}


def _identity(
    row: Row[Any] | None, relations: Relations, caller: Caller, seals: IdentitySeals
) -> Mapping[str, Any] | None:
    if row is None or not relations.spells:
        return None
    has_office = relations.has_office(caller)
    if not has_office and not relations.may_reach(caller):
        return None
    cipher = seals.data_keys.cipher_of(row.id, DataKey(row.wrapped)) if row.wrapped else seals.own
    known: dict[str, Any] = msgspec.json.decode(cipher.open(row.sealed, about=row.id, **IDENTITY))
    return known if has_office else {name: known[name] for name in NAME_AND_PHONE if name in known}


def _answer(worker: UUID, identity: Mapping[str, Any] | None) -> dict[str, Any]:
    if identity is None:
        return {"worker": worker, "status": HTTPStatus.FORBIDDEN, "problem": NOT_ENTITLED.problem()}
    return {"worker": worker, "status": HTTPStatus.OK, "identity": identity}
