"""The tally: how many messages there are by receiver and state, counted as they change. Nobody counts millions of rows."""

from collections.abc import Mapping
from typing import Any

from shared.database.unit_of_work import UnitOfWork

_CHANGED = (
    "FROM unnest(CAST(:receivers AS text[]), CAST(:states AS text[]), CAST(:ns AS bigint[])) "
    "AS changed(receiver, state, n)"
)


async def count(work: UnitOfWork, more: Mapping[tuple[str, str], int]) -> None:
    """Add to the tally, by receiver and state."""
    if more:
        await work.run(
            f"INSERT INTO tally AS t (receiver, state, n) SELECT receiver, state, n {_CHANGED} "
            "ON CONFLICT (receiver, state) DO UPDATE SET n = t.n + excluded.n",
            **_arrays(more),
        )


async def count_off(work: UnitOfWork, fewer: Mapping[tuple[str, str], int]) -> None:
    """Take off the tally, by receiver and state."""
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
