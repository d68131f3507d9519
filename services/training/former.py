"""Keeps how applications stood before they were changed: the journal does not say it, and a selection is replayed by it."""

from collections.abc import Collection
from typing import Any

from services.training.domain.entities import Application
from services.training.tables import FormerStandingRow
from shared.database.unit_of_work import UnitOfWork
from shared.events import ApplicationRefused, WaitingEnded, WorkerEnrolled


async def keep(work: UnitOfWork, judged: Collection[Application]) -> None:
    """Write down how those stood that were changed, before seats are given.

    So too of whom the journal will not say when they left the line (by a merge), or that they were not in it yet when other
    seats were given in the same transaction. Most batches have nobody of these, and cost nothing.
    """
    rows = [_row(each) for each in judged if _stands_otherwise(each)]
    rows += _came_after_seats(work, [each for each in judged if each.state == "waiting" and not each.waited])
    rows += _left_unsaid(work, [each for each in judged if each.waited and each.state != "waiting"])
    if rows:
        # the last position of the journal, and what this transaction will have said by now
        ((end,),) = await work.rows("SELECT coalesce(pg_sequence_last_value('journal_position_seq'), 0)")
        await work.insert(FormerStandingRow, [{**row, "until": end + len(work.announced)} for row in rows])
        for each in judged:
            each.was, each.waited = each.standing, each.state == "waiting"


def _stands_otherwise(application: Application) -> bool:
    return application.was is not None and application.was != application.standing


def _came_after_seats(work: UnitOfWork, came: Collection[Application]) -> list[dict[str, Any]]:
    if not came or not any(isinstance(event, WorkerEnrolled) for event in work.announced):
        return []
    return [_row(each) for each in came if not _stands_otherwise(each)]


def _left_unsaid(work: UnitOfWork, left: Collection[Application]) -> list[dict[str, Any]]:
    if not left:
        return []
    said = {
        (event.worker, event.spell) for event in work.announced if isinstance(event, WaitingEnded | ApplicationRefused)
    }
    return [_row(each) for each in left if each.key not in said and not _stands_otherwise(each)]


def _row(application: Application) -> dict[str, Any]:
    was = application.was or application.standing
    return {
        "worker": application.worker,
        "spell": application.spell,
        **was._asdict(),
        "waits": application.state == "waiting",
    }
