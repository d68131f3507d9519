"""The agencies that a service knows, their members' keys and their delegations, as registration announces them."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from shared.database.tables import AgencyRow, MemberRow
from shared.database.unit_of_work import UnitOfWork
from shared.events import (
    AgencyAdmitted,
    AgencyDelegated,
    AgencyRevoked,
    Event,
    MemberAdmitted,
    MemberRevoked,
    speaker_of,
)
from shared.inbox.handlers import Handlers

FIRST: Final = "first"
"""The member that an agency is admitted with."""

Keep = Callable[[list[Any], UnitOfWork], Awaitable[None]]


def keep_agencies(handlers: Handlers, but_not: tuple[type[Event], ...] = ()) -> None:
    """Let a service's handlers keep the agencies, so that their members' keys are good at its routes.

    `but_not` names events that the service handles itself.
    """
    for kind, keep in KEPT.items():
        if kind not in but_not:
            handlers.on(kind)(from_registration(keep))


async def admit(admitted: list[AgencyAdmitted], work: UnitOfWork) -> None:
    """Keep agencies and their first members; of several admissions of one agency the last counts."""
    latest = list({event.agency: event for event in admitted}.values())
    rows = [
        {
            "id": event.id,
            "slug": event.agency,
            "name": event.name,
            "role": event.role,
            "email": event.email,
            "region": event.region,
            "delegates": event.delegates,
            "revoked": False,
        }
        for event in latest
    ]
    await work.insert(
        AgencyRow,
        rows,
        "ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role, email = excluded.email, "
        "region = excluded.region, delegates = excluded.delegates, revoked = false",
    )
    await admit_members(
        [MemberAdmitted(id=each.id, agency=each.agency, member=FIRST, key_hash=each.key_hash) for each in latest], work
    )


async def revoke(revoked: list[AgencyRevoked], work: UnitOfWork) -> None:
    """Stop accepting the keys of agencies. Admitted again, an agency gets a new first member; the others stay revoked."""
    ids = [event.id for event in revoked]
    await work.run("UPDATE agency SET revoked = true WHERE id = ANY(CAST(:ids AS uuid[]))", ids=ids)
    await work.run("UPDATE member SET revoked = true WHERE agency = ANY(CAST(:ids AS uuid[]))", ids=ids)


async def delegate(delegated: list[AgencyDelegated], work: UnitOfWork) -> None:
    """Keep which offices may enter on agencies' behalf; of several events of one agency the last counts."""
    latest = {event.id: {"id": event.id, "delegates": event.delegates} for event in delegated}
    await work.update(AgencyRow, list(latest.values()))


async def admit_members(admitted: list[MemberAdmitted], work: UnitOfWork) -> None:
    """Keep members' key hashes; a member who was revoked comes back with a new key."""
    latest = {(event.id, event.member): event for event in admitted}
    await work.insert(
        MemberRow,
        [
            {"agency": event.id, "name": event.member, "key_hash": event.key_hash, "revoked": False}
            for event in latest.values()
        ],
        "ON CONFLICT (agency, name) DO UPDATE SET key_hash = excluded.key_hash, revoked = false",
    )


async def revoke_members(revoked: list[MemberRevoked], work: UnitOfWork) -> None:
    """Stop accepting the keys of members."""
    await work.run(
        "UPDATE member SET revoked = true WHERE (agency, name) IN "
        "(SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:names AS text[])))",
        ids=[event.id for event in revoked],
        names=[event.member for event in revoked],
    )


KEPT: Final[dict[type[Event], Keep]] = {
    AgencyAdmitted: admit,
    AgencyRevoked: revoke,
    AgencyDelegated: delegate,
    MemberAdmitted: admit_members,
    MemberRevoked: revoke_members,
}
"""The events that give or take keys and delegations."""


def from_registration(keep: Keep) -> Keep:
    """Believe these events from registration's topic alone: no other service can give a right."""

    async def believe(events: list[Event], work: UnitOfWork) -> None:
        for event in events:
            if event.envelope.by != f"/{speaker_of(type(event))}":
                raise ValueError(f"it gives or takes a right, and comes from {event.envelope.by[:40]!r}")
        await keep(events, work)

    return believe
