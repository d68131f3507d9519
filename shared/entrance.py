"""Who may come in: agencies by the key they were given, operators by theirs."""

import hashlib
import hmac
from time import monotonic
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Depends, Request

from shared.events import AgencyAdmitted, AgencyRevoked
from shared.events.vocabulary import Role
from shared.problems import Refusal
from shared.tables import Agency
from shared.work import Database, Work

REMEMBERED_SECONDS = 2.0
"""For so long a key that was looked up is believed without looking again: a revoked key may work as long."""
MOST_REMEMBERED = 10_000


class Caller(msgspec.Struct, frozen=True):
    """The agency whose key a request carries."""

    id: UUID
    slug: str
    name: str
    role: Role


class Entrance:
    """Knows keys by their hashes alone."""

    def __init__(self, database: Database, operator_key: str) -> None:
        self._database = database
        self._operator = hash_of(operator_key)
        self._known: dict[str, tuple[float, Caller]] = {}

    def is_operator(self, key: str) -> bool:
        """Whether this is the operators' key."""
        return hmac.compare_digest(hash_of(key), self._operator)

    async def agency(self, key: str) -> Caller:
        """Find the agency that a key belongs to. Raises `Refusal` (401) for an unknown or revoked one."""
        hashed = hash_of(key)
        until, caller = self._known.get(hashed, (0.0, None))
        if caller is not None and until > monotonic():
            return caller
        async with self._database.work() as work:
            found = await work.rows(
                "SELECT id, slug, name, role FROM agency WHERE key_hash = :hashed AND NOT revoked", hashed=hashed
            )
        if not found:
            self._known.pop(hashed, None)
            raise unauthorised("This key is not known, or it was revoked.")
        row = found[0]
        caller = Caller(row.id, row.slug, row.name, row.role)
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[hashed] = (monotonic() + REMEMBERED_SECONDS, caller)
        return caller


def hash_of(key: str) -> str:
    """Give the SHA-256 of a key in hexadecimal; a key is 256 random bits, so nothing slower is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


def unauthorised(why: str) -> Refusal:
    """Refuse a caller who has not shown a good key (401)."""
    return Refusal(
        f"{why} Send the header `Authorization: Bearer <key>`.",
        kind="unauthorised",
        status=401,
        headers={"WWW-Authenticate": "Bearer"},
    )


async def remember_agencies(admitted: list[AgencyAdmitted], work: Work) -> None:
    """Know an agency by its key from now on; of several admissions of one agency the last counts."""
    latest = {event.agency: event for event in admitted}
    rows = [
        {
            "id": event.id,
            "slug": event.agency,
            "name": event.name,
            "role": event.role,
            "key_hash": event.key_hash,
            "email": event.email,
            "revoked": False,
        }
        for event in latest.values()
    ]
    await work.insert(
        Agency,
        rows,
        "ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role, key_hash = excluded.key_hash, "
        "email = excluded.email, revoked = false",
    )


async def forget_agencies(revoked: list[AgencyRevoked], work: Work) -> None:
    """Take no key of these agencies any more."""
    await work.run(
        "UPDATE agency SET revoked = true WHERE id = ANY(CAST(:ids AS uuid[]))", ids=[event.id for event in revoked]
    )


def _key(request: Request) -> str:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise unauthorised("No key was sent.")
    return key.strip()


def _service(request: Request) -> Any:  # noqa: ANN401  `Service`, which imports this module
    service = request.app.state.service
    if not service.is_open:
        raise Refusal("The service is opening.", kind="not-ready", status=503, headers={"Retry-After": "1"})
    return service


async def _calling_agency(request: Request) -> Caller:
    caller: Caller = await _service(request).entrance.agency(_key(request))
    return caller


async def _agency_or_operator(request: Request) -> Caller | None:
    key, service = _key(request), _service(request)
    return None if service.entrance.is_operator(key) else await service.entrance.agency(key)


async def _only_operator(request: Request) -> None:
    key, service = _key(request), _service(request)
    if not service.entrance.is_operator(key):
        await service.entrance.agency(key)  # an unknown key is 401, a known agency's is 403
        raise Refusal("This is for operators: send the operator key.", kind="forbidden", status=403)


CallingAgency = Annotated[Caller, Depends(_calling_agency)]
"""A route's parameter of this type lets agencies in, and nobody else."""
AgencyOrOperator = Annotated[Caller | None, Depends(_agency_or_operator)]
"""A route's parameter of this type lets agencies in, and operators as None."""
OnlyOperator = Depends(_only_operator)
"""In a route's `dependencies`, this lets operators in, and nobody else."""
