"""Who may act for a worker (in the law's word, the data subject): the office where the worker lives, and operators."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row

from shared import access
from shared.database.unit_of_work import Database, UnitOfWork
from shared.http.auth import Caller
from shared.key_file import Operator
from shared.merges import PERSON
from shared.refusals import Refusal

NOT_YOURS: Final = Refusal(
    "What is kept about a worker is for the office where the worker lives, and for operators.",
    kind="forbidden",
    status=HTTPStatus.FORBIDDEN,
)
"""The same for a worker who is known and for one who is not."""
ERASED: Final = Refusal("This worker was erased; nothing is kept.", kind="erased", status=HTTPStatus.GONE)
_SUBJECT: Final = (
    "SELECT w.id, w.region, w.restricted, w.sealed, s.state = 'open' AS is_open, "
    "ARRAY(SELECT m.worker FROM merged_worker AS m WHERE m.person = w.id ORDER BY m.worker) AS others "
    f"FROM worker AS w LEFT JOIN spell AS s ON s.worker = w.id AND s.number = w.spell WHERE w.id = {PERSON} FOR UPDATE OF w"
)


async def find_subject(work: UnitOfWork, worker: UUID, caller: Caller | Operator) -> Row[Any]:
    """Lock a worker for whom the caller may act, and read what is kept; `sealed` is empty where the worker was erased.

    The id of one who was merged gives the worker whom it means; `others` are the other ids that mean this worker.
    Raises `Refusal` (403).
    """
    found = await work.rows(_SUBJECT, worker=worker)
    if not found or not _is_office_of(caller, found[0].region):
        raise NOT_YOURS
    return found[0]


@asynccontextmanager
async def acting_for(
    database: Database, worker: UUID, caller: Caller | Operator, route: str
) -> AsyncIterator[tuple[UnitOfWork, Row[Any]]]:
    """Open a unit of work to act for a worker, who is locked; gives what is kept, too. Whoever acts or may not is recorded.

    Raises `Refusal` (403) where the caller may not act for the worker.
    """
    try:
        async with database.work() as work:
            subject = await find_subject(work, worker, caller)
            await _note(work, caller, route, worker, "read")
            yield work, subject
    except Refusal as why:
        if why is NOT_YOURS:
            async with database.work() as work:
                await _note(work, caller, route, worker, "refused")
        raise


async def _note(work: UnitOfWork, caller: Caller | Operator, route: str, worker: UUID, outcome: access.Outcome) -> None:
    """Note what an agency does; an operator's request is noted already."""
    if isinstance(caller, Caller):
        await access.note(work, caller, route, [worker], outcome=outcome)


def _is_office_of(caller: Caller | Operator, region: str | None) -> bool:
    return isinstance(caller, Operator) or caller.is_office_in(region)
