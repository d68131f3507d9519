"""Who may manage an agency: operators, and the agency's own members."""

from typing import TypeVar
from uuid import UUID

import msgspec

from services.registration.posting.mistakes import DataLocation, refusal_of, refused
from shared.database.unit_of_work import UnitOfWork
from shared.http.auth import Caller, unauthorised
from shared.key_file import Operator
from shared.refusals import Refusal

Body = TypeVar("Body", bound=msgspec.Struct)


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
        raise no_agency()
    agency = UUID(str(found[0].id))
    if isinstance(caller, Caller):
        if found[0].revoked or caller.member not in await good_members(work, agency):
            raise unauthorised("This key was revoked.")
    elif found[0].revoked:
        raise refused("The agency is revoked: admit it again.", None, status=409)
    return agency


async def good_members(work: UnitOfWork, agency: UUID) -> set[str]:
    """Name the members whose keys are good."""
    found = await work.rows("SELECT name FROM member WHERE agency = :agency AND NOT revoked", agency=agency)
    return {row.name for row in found}


def no_agency() -> Refusal:
    """Refuse what names an agency that there is not; only for those who may know."""
    return Refusal("There is no agency of this name.", kind="not-found", status=404)


def read_body(body: bytes, shape: type[Body]) -> Body:
    """Read a request's body. Raises `Refusal` with a pointer to what is wrong."""
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as wrong:
        raise refusal_of(wrong, msgspec.json.schema(shape), DataLocation()) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Refusal("The body is not JSON in UTF-8.", kind="not-json") from None
