"""Who may act for a worker (in the law's word, the data subject): the office where the worker lives, and operators."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row

from shared.database.unit_of_work import UnitOfWork
from shared.http.auth import Caller
from shared.key_file import Operator
from shared.refusals import Refusal
from shared.regions import covers


def is_office_of(caller: Caller | Operator, region: str | None) -> bool:
    """Whether a caller is an operator, or the office of those who live in a region."""
    return isinstance(caller, Operator) or (caller.role == "office" and covers(caller.region, region))


async def lock_subject(work: UnitOfWork, worker: UUID, caller: Caller | Operator) -> Row[Any]:
    """Lock a worker for whom the caller may act, and read what is kept. Raises `Refusal` (403).

    It is the same for a worker who is unknown.
    """
    found = await work.rows(
        "SELECT w.id, w.region, w.sealed, w.contact, w.spell, k.wrapped, s.state, s.state = 'open' AS is_open "
        "FROM worker AS w LEFT JOIN data_key AS k ON k.worker = w.id "
        "LEFT JOIN spell AS s ON s.worker = w.id AND s.number = w.spell WHERE w.id = :worker FOR UPDATE OF w",
        worker=worker,
    )
    if not found or not is_office_of(caller, found[0].region):
        raise NOT_YOURS
    return found[0]


NOT_YOURS = Refusal(
    "What is kept about a worker is for the office where the worker lives, and for operators.",
    kind="forbidden",
    status=403,
)
