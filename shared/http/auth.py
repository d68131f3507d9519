"""Authentication: who sends a request, by the bearer key it carries: an agency, an operator or another service."""

from time import monotonic
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
from fastapi import Depends, Request

from shared.database.unit_of_work import Database
from shared.events.vocabulary import Role
from shared.key_file import KeyFile, Operator, PeerService, hash_of
from shared.refusals import Refusal
from shared.regions import covers

REMEMBERED_SECONDS = 2.0
"""How long a key that was looked up is believed without looking again; a revoked key may work that long."""
MOST_REMEMBERED = 10_000


Who = TypeVar("Who")


class Caller(msgspec.Struct, frozen=True):
    """The agency whose key a request carries, and the member who holds it.

    `region` is where it acts for workers; None is all of Indonesia. `acts_for` are the agencies whose record names this office
    as one that may enter on their behalf.
    """

    id: UUID
    slug: str
    name: str
    role: Role
    member: str
    region: str | None = None
    acts_for: "tuple[Caller, ...]" = ()

    def is_office_in(self, region: str | None) -> bool:
        """Whether this is an office that acts for the workers of a region; None is a region that is not known."""
        return self.role == "office" and covers(self.region, region)

    def on_behalf_of(self, slug: str) -> "Caller | None":
        """Give the agency of this name, if this office may enter on its behalf."""
        return next((each for each in self.acts_for if each.slug == slug), None)


_HOLDER = """
SELECT a.id, a.slug, a.name, a.role, a.region, m.name AS member, (
    SELECT coalesce(json_agg(json_build_object('id', d.id, 'slug', d.slug, 'name', d.name, 'role', d.role,
        'region', d.region, 'member', a.slug || '/' || m.name)), '[]')
    FROM agency AS d WHERE d.delegates @> ARRAY[a.slug] AND NOT d.revoked AND a.role = 'office'
) AS acts_for
FROM member AS m JOIN agency AS a ON a.id = m.agency WHERE m.key_hash = :hashed AND NOT m.revoked AND NOT a.revoked
"""


class Authenticator:
    """Finds whose key it is. It keeps hashes of keys, never keys."""

    def __init__(self, database: Database, key_file: KeyFile) -> None:
        self._database = database
        self._key_file = key_file
        self._known: dict[str, tuple[float, Caller]] = {}

    async def who(self, key: str) -> Caller | Operator | PeerService:
        """Find whose key it is. Raises `Refusal` (401) for one that is unknown or revoked."""
        hashed = hash_of(key)
        return self._key_file.holder_of(hashed) or await self._agency(hashed)

    async def _agency(self, hashed: str) -> Caller:
        valid_until, caller = self._known.get(hashed, (0.0, None))
        if caller is not None and valid_until > monotonic():
            return caller
        async with self._database.work() as work:
            found = await work.rows(_HOLDER, hashed=hashed)
        if not found:
            self._known.pop(hashed, None)
            raise unauthorised("This key is not known, or it was revoked.")
        caller = msgspec.convert(found[0]._asdict(), Caller)
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[hashed] = (monotonic() + REMEMBERED_SECONDS, caller)
        return caller


def whose(caller: Caller | Operator, wanted: str | None) -> str | None:
    """Say whose things a caller sees: an agency its own, or those of one it acts for; an operator those asked for, or all (None).

    Raises `Refusal` (403), whether there is that agency or not.
    """
    if isinstance(caller, Operator):
        return wanted
    if wanted not in (None, caller.slug) and caller.on_behalf_of(str(wanted)) is None:
        raise _forbidden("An agency sees its own, and an office that of an agency on whose behalf it may enter.")
    return wanted or caller.slug


def as_whom(caller: Caller, slug: str | None) -> Caller:
    """Give the agency in whose place an office asks, or the caller itself. Raises `Refusal` (403), whether there is that agency or not."""
    if slug in (None, caller.slug):
        return caller
    found = caller.on_behalf_of(str(slug))
    if found is None:
        raise _forbidden("Your office is no delegate of such an agency: `pulih agency delegate` makes it one.")
    return found


def unauthorised(why: str) -> Refusal:
    """Refuse a caller who has not shown a good key (401)."""
    return Refusal(
        f"{why} Send the header `Authorization: Bearer <key>`.",
        kind="unauthorised",
        status=401,
        headers={"WWW-Authenticate": "Bearer"},
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


async def _admit(request: Request, kinds: tuple[type[Who], ...], otherwise: str) -> Who:
    """Say who asks, if it is one of these; what an operator does is recorded before it is done. Raises `Refusal`."""
    key, service = _key(request), _service(request)
    found = await service.authenticator.who(key)
    if not isinstance(found, kinds):
        raise _forbidden(otherwise)
    if isinstance(found, Caller) and service.history.lost:
        raise Refusal(
            "The service's database was restored and lacks what came later; it answers again once that is back.",
            kind="not-ready",
            status=503,
            headers={"Retry-After": "60"},
        )
    if isinstance(found, Operator):
        await service.operator_notes.note(found, request)
    return found


async def _calling_agency(request: Request) -> Caller:
    return await _admit(request, (Caller,), "This is for agencies: send an agency's key.")


async def _agency_or_operator(request: Request) -> Caller | Operator:
    return await _admit(request, (Caller, Operator), "This is for agencies and operators: send a key of theirs.")


async def _only_operator(request: Request) -> Operator:
    return await _admit(request, (Operator,), "This is for operators: send an operator's key.")


async def _operator_or_service(request: Request) -> Operator | PeerService:
    return await _admit(
        request,
        (Operator, PeerService),
        "This is for operators and for Pulih's own services: send a key of theirs.",
    )


def _forbidden(why: str) -> Refusal:
    return Refusal(why, kind="forbidden", status=403)


CallingAgency = Annotated[Caller, Depends(_calling_agency)]
"""A route's parameter of this type requires an agency's key."""
AgencyOrOperator = Annotated[Caller | Operator, Depends(_agency_or_operator)]
"""A route's parameter of this type requires an agency's key or an operator's."""
OnlyOperator = Depends(_only_operator)
"""In a route's `dependencies`, this requires an operator's key."""
OperatorOrService = Depends(_operator_or_service)
"""In a route's `dependencies`, this requires an operator's key or another service's."""
