"""Agencies: an operator admits them, each with the key of its first member, and may revoke all its keys."""

import secrets
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Request
from msgspec import Meta
from uuid_utils.compat import uuid7

from services.registration.delegates import Delegates, offices_in
from services.registration.identity import regions
from services.registration.managing import read_body
from services.registration.posting.mistakes import refused
from services.registration.posting.texts import check_name
from shared import agencies as known
from shared.database.unit_of_work import UnitOfWork
from shared.events import AgencyAdmitted, AgencyRevoked
from shared.events.vocabulary import Role, Slug, Title
from shared.http.auth import OnlyOperator
from shared.http.paging import BEFORE_ALL, Limit, page
from shared.key_file import hash_of
from shared.refusals import Refusal

RESERVED = frozenset({"worker", "operator", "registration", "training", "placement", "notification"})
"""No agency may have these names: messages are addressed to `worker` or to an agency, and services have the others."""

AREA = "the code of a regency (`33.06`) or a province (`33`); left out, the agency acts for all of Indonesia"

agencies = APIRouter(dependencies=[OnlyOperator])


class Admission(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an operator says of an agency."""

    slug: Slug
    name: Title
    role: Role
    email: Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254, description="name@domain")] | None = None
    region: Annotated[str, Meta(pattern=r"^\d\d(\.\d\d)?$", description=AREA)] | None = None
    delegates: Delegates = msgspec.field(default_factory=list)


@agencies.post("/agencies", status_code=HTTPStatus.CREATED)
async def admit(request: Request) -> dict[str, Any]:
    """Admit an agency. Only this answer shows its first member's key. A revoked agency may be admitted again, with a new one."""
    wanted, key = _read(await request.body()), secrets.token_urlsafe(32)
    async with request.app.state.service.database.work() as work:
        admitted = AgencyAdmitted(
            id=await _id_for(work, wanted),
            agency=wanted.slug,
            name=wanted.name,
            role=wanted.role,
            key_hash=hash_of(key),
            email=wanted.email,
            region=wanted.region,
            delegates=await offices_in(work, wanted.delegates),
        )
        await known.admit([admitted], work)
        work.announce(admitted)
    return {"slug": wanted.slug, "name": wanted.name, "role": wanted.role, "key": key}


@agencies.get("/agencies")
async def list_agencies(request: Request, after: UUID = BEFORE_ALL, limit: Limit = 1_000) -> dict[str, Any]:
    """Give the agencies, revoked ones too, in the order of their admission."""
    async with request.app.state.service.database.reading() as work:
        found = await work.rows(
            "SELECT id, slug, name, role, email, region, delegates, revoked, "
            "(SELECT count(*) FROM member WHERE member.agency = agency.id AND NOT member.revoked) AS members "
            "FROM agency WHERE id > :after ORDER BY id LIMIT :limit",
            after=after,
            limit=limit,
        )
    listed = page(found, limit, "id")
    for agency in listed["items"]:
        del agency["id"]  # an agency is named by its slug
    return listed


@agencies.delete("/agencies/{slug}", status_code=HTTPStatus.NO_CONTENT)
async def revoke(slug: str, request: Request) -> None:
    """Revoke every key of an agency; what the agency said stays."""
    async with request.app.state.service.database.work() as work:
        found = await work.rows("SELECT id, revoked FROM agency WHERE slug = :slug FOR UPDATE", slug=slug)
        if not found:
            raise Refusal("There is no agency of this name.", kind="not-found", status=404)
        if not found[0].revoked:
            revoked = AgencyRevoked(id=found[0].id, agency=slug)
            await known.revoke([revoked], work)
            work.announce(revoked)


def _read(body: bytes) -> Admission:
    wanted = read_body(body, Admission)
    check_name(wanted.name, "name")
    if wanted.region is not None and wanted.region not in regions.names() and wanted.region not in regions.provinces():
        raise refused(f"`region` is not known: give {AREA}.", "/region")
    if wanted.slug in RESERVED:
        raise refused(
            f"`slug` is one of the names that Pulih keeps for itself: {', '.join(sorted(RESERVED))}.", "/slug"
        )
    return wanted


async def _id_for(work: UnitOfWork, wanted: Admission) -> UUID:
    """Give the id of an agency that is to be admitted. A revoked one keeps its own, and so its courses and vacancies.

    Raises `Refusal` where the agency is there and not revoked.
    """
    await work.run(
        "INSERT INTO agency (id, slug, name, role, delegates, revoked) VALUES (:id, :slug, :name, :role, '{}', true) "
        "ON CONFLICT (slug) DO NOTHING",
        id=uuid7(),
        slug=wanted.slug,
        name=wanted.name,
        role=wanted.role,
    )
    found = await work.rows("SELECT id, revoked FROM agency WHERE slug = :slug FOR UPDATE", slug=wanted.slug)
    if not found[0].revoked:
        raise refused("There is an agency of this name already; revoke it to give it a new key.", "/slug", status=409)
    return UUID(str(found[0].id))
