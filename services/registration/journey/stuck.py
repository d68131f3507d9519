"""Who is stuck, after which step and since when: the workers without work whose last step is the longest ago."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request

from shared.http.auth import OnlyOperator
from shared.http.paging import Limit
from shared.tasks import TASK_EVENTS
from shared.telemetry.gauges import SqlGauge

TIMEOUT = "20s"
_IS_STEP: Final = f"type NOT IN ({', '.join(map(repr, TASK_EVENTS))})"
"""A reminder is no step: nothing happened to the worker."""
_LAST_STEPS: Final = f"""
SELECT spell.worker, spell.number AS spell, last.type AS step, last.at AS since
FROM spell CROSS JOIN LATERAL (
    SELECT latest.type, latest.at FROM (
        SELECT spell.worker AS id UNION ALL SELECT worker FROM merged_worker WHERE person = spell.worker
    ) AS same CROSS JOIN LATERAL (
        (SELECT type, at FROM step WHERE worker = same.id AND {_IS_STEP} ORDER BY at DESC LIMIT 1)
        UNION ALL (SELECT type, time FROM journal WHERE key = same.id AND {_IS_STEP} ORDER BY time DESC, position DESC LIMIT 1)
    ) AS latest ORDER BY latest.at DESC LIMIT 1
) AS last
WHERE spell.state = 'open'
"""
"""Reads two indexes for each worker not yet placed; spells that have ended cost nothing."""

IDLE: Final = SqlGauge(
    "pulih_workers_idle_seconds",
    "Time since the last step of workers not yet placed, by that step (`any`: all of them); quantile 0.99 is the "
    "slowest 1 %.",
    f"""
    SELECT coalesce(step, 'any'), quantile, seconds FROM (
        SELECT step, percentile_disc(ARRAY[0.5, 0.99, 1]) WITHIN GROUP (ORDER BY extract(epoch FROM now() - since)) AS ages
        FROM ({_LAST_STEPS}) AS unplaced GROUP BY GROUPING SETS ((step), ())
    ) AS groups CROSS JOIN LATERAL unnest(ARRAY['0.5', '0.99', '1'], ages) AS of(quantile, seconds)
    WHERE seconds IS NOT NULL
    """,
    ("step", "quantile"),
)

stuck = APIRouter(dependencies=[OnlyOperator])


@stuck.get("/stuck")
async def list_stuck(request: Request, limit: Limit = 100) -> dict[str, Any]:
    """Give the workers not yet placed whose last step is the longest ago, the slowest first."""
    async with request.app.state.service.database.reading() as work:
        await work.run(f"SET LOCAL statement_timeout = '{TIMEOUT}'")
        slowest = await work.rows(f"{_LAST_STEPS} ORDER BY since, worker LIMIT :limit", limit=limit)
    return {"items": [_item(*row) for row in slowest]}


def _item(worker: UUID, spell: int, step: str, since: datetime) -> dict[str, Any]:
    days = (datetime.now(since.tzinfo) - since).days
    return {"worker": worker, "spell": spell, "step": step, "since": since, "days": days}
