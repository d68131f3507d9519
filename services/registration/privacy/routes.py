"""The routes by which an office answers what a worker asks for by law (UU PDP 27/2022)."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter, Request

from services.registration.privacy.erasure import erase
from services.registration.privacy.subjects import lock_subject
from shared.http.auth import AgencyOrOperator
from shared.refusals import Refusal

subjects = APIRouter(prefix="/workers/{id}")


@subjects.delete("", status_code=HTTPStatus.NO_CONTENT)
async def erase_subject(id: UUID, request: Request, caller: AgencyOrOperator) -> None:
    """Erase a worker whose spell is over. Done again, it changes nothing."""
    service = request.app.state.service
    async with service.database.work() as work:
        subject = await lock_subject(work, id, caller)
        if subject.is_open:
            raise Refusal(
                "This worker is registered and looked after: end the spell first, by LayoffWithdrawn, WorkerRecalled or "
                "BusinessStarted.",
                kind="spell-open",
                status=HTTPStatus.CONFLICT,
            )
        if subject.sealed:
            await erase(work, [id])
    try:
        await service.erasures.note()
    except OSError:
        raise Refusal(
            "The worker is erased, and could not be noted in the file of erased workers: mend PULIH_ERASED_FILE and ask again.",
            kind="not-noted",
            status=HTTPStatus.SERVICE_UNAVAILABLE,
            headers={"Retry-After": "5"},
        ) from None
