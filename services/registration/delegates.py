"""Delegation: an agency's record names the offices that may enter on its behalf, for an agency without a system of its own."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Request
from msgspec import Meta

from services.registration.managing import check_may_manage, managed, read_body
from services.registration.posting.mistakes import refused
from shared import agencies as known
from shared.database.unit_of_work import UnitOfWork
from shared.events import AgencyDelegated
from shared.events.vocabulary import Slug
from shared.http.auth import AgencyOrOperator

delegates = APIRouter()

Delegates = Annotated[list[Slug], Meta(max_length=20)]


class Delegation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The offices that may enter on an agency's behalf; no others may."""

    delegates: Delegates


@delegates.put("/agencies/{slug}/delegates")
async def delegate(slug: str, request: Request, caller: AgencyOrOperator) -> dict[str, Any]:
    """Say which offices may enter on an agency's behalf."""
    check_may_manage(caller, slug)
    wanted = read_body(await request.body(), Delegation)
    async with request.app.state.service.database.work() as work:
        agency = await managed(work, slug, caller)
        delegated = AgencyDelegated(id=agency, agency=slug, delegates=await offices_in(work, wanted.delegates))
        before = await work.rows("SELECT delegates FROM agency WHERE id = :id", id=agency)
        if before[0].delegates != delegated.delegates:
            await known.delegate([delegated], work)
            work.announce(delegated)
    return {"agency": slug, "delegates": delegated.delegates}


async def offices_in(work: UnitOfWork, slugs: Sequence[str]) -> list[str]:
    """Give these slugs in order, each once. Raises `Refusal` for the first that is no office here."""
    found = await work.rows(
        "SELECT slug FROM agency WHERE slug = ANY(CAST(:slugs AS text[])) AND role = 'office' AND NOT revoked",
        slugs=list(slugs),
    )
    offices = {row.slug for row in found}
    for nth, slug in enumerate(slugs):
        if slug not in offices:
            raise refused("There is no office of this name: only an office enters for others.", f"/delegates/{nth}")
    return sorted(offices)
