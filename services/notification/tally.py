"""How many messages there are: counted as they change, so that nobody has to count millions of rows."""

from collections.abc import Mapping
from typing import Any

from services.notification.domain import WORKER
from shared.audit import BrokenRule
from shared.database.unit_of_work import UnitOfWork

_CHANGED = (
    "FROM unnest(CAST(:receivers AS text[]), CAST(:states AS text[]), CAST(:ns AS bigint[])) "
    "AS changed(receiver, state, n)"
)


async def count(work: UnitOfWork, more: Mapping[tuple[str, str], int]) -> None:
    """Count so many messages more, by receiver and state."""
    if more:
        await work.run(
            f"INSERT INTO tally AS t (receiver, state, n) SELECT receiver, state, n {_CHANGED} "
            "ON CONFLICT (receiver, state) DO UPDATE SET n = t.n + excluded.n",
            **_arrays(more),
        )


async def count_off(work: UnitOfWork, fewer: Mapping[tuple[str, str], int]) -> None:
    """Count so many messages fewer, by receiver and state."""
    if fewer:
        await work.run(
            f"UPDATE tally AS t SET n = t.n - changed.n {_CHANGED} "
            "WHERE t.receiver = changed.receiver AND t.state = changed.state",
            **_arrays(fewer),
        )


def _arrays(changed: Mapping[tuple[str, str], int]) -> dict[str, list[Any]]:
    return {
        "receivers": [receiver for receiver, _ in changed],
        "states": [state for _, state in changed],
        "ns": list(changed.values()),
    }


async def figures(work: UnitOfWork) -> dict[str, int]:
    """Count messages by receiver and by state, from the tally."""
    counted = await work.rows("SELECT receiver, state, n FROM tally")
    figures = dict.fromkeys(("messages", "messages.worker", "messages.agency", "delivered", "failed", "pending"), 0)
    for row in counted:
        figures["messages"] += row.n
        figures[row.state] += row.n
        if row.receiver == WORKER:
            figures["messages.worker"] += row.n
        else:
            figures["messages.agency"] += row.n
            mailbox = f"messages.agency.{row.receiver}"
            figures[mailbox] = figures.get(mailbox, 0) + row.n
    return figures


async def broken_rules(work: UnitOfWork) -> list[BrokenRule]:
    """Check that the tally is right: every message counted once, under its receiver and its state."""
    wrong = await work.rows(
        "SELECT receiver, state FROM (SELECT receiver, state, count(*) AS n FROM message GROUP BY receiver, state) AS m "
        "FULL JOIN (SELECT * FROM tally WHERE n > 0) AS t USING (receiver, state) "
        "WHERE m.n IS DISTINCT FROM t.n ORDER BY receiver, state"
    )
    ids = [f"{row.receiver}: {row.state}" for row in wrong]
    return [BrokenRule("every message is counted once, under its receiver and its state", ids)] if ids else []
