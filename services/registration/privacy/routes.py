"""The routes by which an office answers what a worker asks for by law (UU PDP 27/2022): all that is kept, restriction, erasure."""

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request

from services.registration.posting.desk import Desk
from services.registration.privacy.erasure import erase
from services.registration.privacy.export import everything_about
from services.registration.privacy.subjects import ERASED, acting_for
from shared.events import WorkerRestricted
from shared.http.auth import AgencyOrOperator, Caller
from shared.key_file import Operator
from shared.refusals import Refusal
from shared.service import Service

WORKER: Final = "/workers/{id}"
subjects = APIRouter(prefix=WORKER)


@subjects.get("/data")
async def export_subject(id: UUID, request: Request, caller: AgencyOrOperator) -> dict[str, Any]:
    """Give all that registration keeps about a worker, opened."""
    desk: Desk = request.app.state.desk
    async with acting_for(request.app.state.service.database, id, caller, f"GET {WORKER}/data") as (work, subject):
        if not subject.sealed:
            raise ERASED
        return await everything_about(work, subject, desk.seals)


@subjects.post("/restrict", status_code=HTTPStatus.NO_CONTENT)
async def restrict_subject(id: UUID, request: Request, caller: AgencyOrOperator) -> None:
    """Restrict the use of a worker's data: nobody matches or mails the worker, and only the worker's office reads."""
    await _restrict(request.app.state.service, id, caller, restricted=True)


@subjects.delete("/restrict", status_code=HTTPStatus.NO_CONTENT)
async def lift_restriction(id: UUID, request: Request, caller: AgencyOrOperator) -> None:
    """Lift the restriction: the worker is matched again, with the same place in line. What was withheld stays so."""
    await _restrict(request.app.state.service, id, caller, restricted=False)


@subjects.delete("", status_code=HTTPStatus.NO_CONTENT)
async def erase_subject(id: UUID, request: Request, caller: AgencyOrOperator) -> None:
    """Erase a worker whose spell is over. Done again, it changes nothing."""
    service: Service = request.app.state.service
    async with acting_for(service.database, id, caller, f"DELETE {WORKER}") as (work, subject):
        if subject.is_open:
            raise Refusal(
                "This worker is registered and looked after: end the spell first, by LayoffWithdrawn, WorkerRecalled or "
                "BusinessStarted.",
                kind="spell-open",
                status=HTTPStatus.CONFLICT,
            )
        if subject.sealed:
            await erase(work, [subject.id, *subject.others])
    try:
        await service.erasures.note()
    except OSError:
        raise Refusal(
            "The worker is erased, and could not be noted in the file of erased workers: mend PULIH_ERASED_FILE and ask again.",
            kind="not-noted",
            status=HTTPStatus.SERVICE_UNAVAILABLE,
            headers={"Retry-After": "5"},
        ) from None


async def _restrict(service: Service, id: UUID, caller: Caller | Operator, *, restricted: bool) -> None:
    route = f"{'POST' if restricted else 'DELETE'} {WORKER}/restrict"
    async with acting_for(service.database, id, caller, route) as (work, subject):
        if not subject.sealed:
            raise ERASED
        if subject.restricted != restricted:
            ids = [subject.id, *subject.others]
            await work.run(
                "UPDATE worker SET restricted = :restricted WHERE id = ANY(CAST(:ids AS uuid[]))",
                restricted=restricted,
                ids=ids,
            )
            work.announce(*(WorkerRestricted(worker=each, restricted=restricted) for each in ids))
