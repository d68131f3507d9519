"""An agency's members: each has a key of its own, shown once and revoked alone, by an operator or by another member."""

import secrets
from http import HTTPStatus
from typing import Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Request

from services.registration.posting.mistakes import DataLocation, refusal_of, refused
from shared.agencies import admit_members, revoke_members
from shared.database.unit_of_work import UnitOfWork
from shared.events import MemberAdmitted, MemberRevoked
from shared.events.vocabulary import MemberName
from shared.http.auth import AgencyOrOperator, Caller, unauthorised
from shared.http.paging import Limit, page
from shared.key_file import Operator, hash_of
from shared.refusals import Refusal

members = APIRouter(prefix="/agencies/{slug}/members")


class NewMember(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said of a new member."""

    name: MemberName


_new_member = msgspec.json.Decoder(NewMember)


@members.post("", status_code=HTTPStatus.CREATED)
async def add(slug: str, request: Request, caller: AgencyOrOperator) -> dict[str, str]:
    """Give an agency's member a key. Only this answer shows it. A revoked member may come back, with a new key."""
    check_may_manage(caller, slug)
    name, key = _read(await request.body()).name, secrets.token_urlsafe(32)
    async with request.app.state.service.database.work() as work:
        agency = await managed(work, slug, caller)
        if name in await _good(work, agency):
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
            raise _no_agency()
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
        good = await _good(work, agency)
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


def check_may_manage(caller: Caller | Operator, slug: str) -> None:
    """Let operators manage any agency, and members their own. Raises `Refusal` (403), whether there is that agency or not."""
    if isinstance(caller, Caller) and caller.slug != slug:
        raise Refusal("An agency is managed by operators and by its own members.", kind="forbidden", status=403)


async def managed(work: UnitOfWork, slug: str, caller: Caller | Operator) -> UUID:
    """Lock an agency that the caller may manage, and give its id.

    A key that was revoked a moment ago must not give out another: the caller's is looked at again. Raises `Refusal`.
    """
    found = await work.rows("SELECT id, revoked FROM agency WHERE slug = :slug FOR UPDATE", slug=slug)
    if not found:
        raise _no_agency()
    agency = UUID(str(found[0].id))
    if isinstance(caller, Caller):
        if found[0].revoked or caller.member not in await _good(work, agency):
            raise unauthorised("This key was revoked.")
    elif found[0].revoked:
        raise refused("The agency is revoked: admit it again.", None, status=409)
    return agency


async def _good(work: UnitOfWork, agency: UUID) -> set[str]:
    """Name the members whose keys are good."""
    found = await work.rows("SELECT name FROM member WHERE agency = :agency AND NOT revoked", agency=agency)
    return {row.name for row in found}


def _no_agency() -> Refusal:
    return Refusal("There is no agency of this name.", kind="not-found", status=404)


def _read(body: bytes) -> NewMember:
    try:
        return _new_member.decode(body)
    except msgspec.ValidationError as wrong:
        raise refusal_of(wrong, msgspec.json.schema(NewMember), DataLocation()) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Refusal("The body is not JSON in UTF-8.", kind="not-json") from None
