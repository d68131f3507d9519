"""An agency's members: each has a key of its own, shown once and revoked alone, by an operator or by another member."""

import secrets
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import APIRouter, Request

from services.registration.managing import check_may_manage, good_members, managed, no_agency, read_body
from services.registration.posting.mistakes import refused
from shared.agencies import admit_members, revoke_members
from shared.events import MemberAdmitted, MemberRevoked
from shared.events.vocabulary import MemberName
from shared.http.auth import AgencyOrOperator, Caller
from shared.http.paging import Limit, page
from shared.key_file import hash_of
from shared.refusals import Refusal

members = APIRouter(prefix="/agencies/{slug}/members")


class NewMember(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said of a new member."""

    name: MemberName


@members.post("", status_code=HTTPStatus.CREATED)
async def add(slug: str, request: Request, caller: AgencyOrOperator) -> dict[str, str]:
    """Give an agency's member a key. Only this answer shows it. A revoked member may come back, with a new key."""
    check_may_manage(caller, slug)
    name, key = read_body(await request.body(), NewMember).name, secrets.token_urlsafe(32)
    async with request.app.state.service.database.work() as work:
        agency = await managed(work, slug, caller)
        if name in await good_members(work, agency):
            raise refused(
                "There is a member of this name already; revoke it to give it a new key.", "/name", status=409
            )
        admitted = MemberAdmitted(id=agency, agency=slug, member=name, key_hash=hash_of(key))
        await admit_members([admitted], work)
        work.announce(admitted)
    return {"agency": slug, "name": name, "key": key}


@members.get("")
async def list_members(
    slug: str, request: Request, caller: AgencyOrOperator, after: str = "", limit: Limit = 1_000
) -> dict[str, Any]:
    """Give an agency's members by name, revoked ones too."""
    check_may_manage(caller, slug)
    async with request.app.state.service.database.reading() as work:
        if not (found := await work.rows("SELECT id FROM agency WHERE slug = :slug", slug=slug)):
            raise no_agency()
        listed = await work.rows(
            "SELECT name, revoked FROM member WHERE agency = :agency AND name > :after ORDER BY name LIMIT :limit",
            agency=found[0].id,
            after=after,
            limit=limit,
        )
    return page(listed, limit, "name")


@members.delete("/{name}", status_code=HTTPStatus.NO_CONTENT)
async def revoke(slug: str, name: str, request: Request, caller: AgencyOrOperator) -> None:
    """Revoke a member's key; what the member posted stays. Only an operator may revoke an agency's last key."""
    check_may_manage(caller, slug)
    async with request.app.state.service.database.work() as work:
        agency = await managed(work, slug, caller)
        good = await good_members(work, agency)
        if name in good:
            if good == {name} and isinstance(caller, Caller):
                raise refused("This is the agency's last key: add another member first.", None, status=409)
            revoked = MemberRevoked(id=agency, agency=slug, member=name)
            await revoke_members([revoked], work)
            work.announce(revoked)
        elif not await work.rows(
            "SELECT 1 FROM member WHERE agency = :agency AND name = :name", agency=agency, name=name
        ):
            raise Refusal("The agency has no member of this name.", kind="not-found", status=404)
