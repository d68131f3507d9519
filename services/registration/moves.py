"""Moves: another office says that a worker lives in its region now; the worker's office agrees, denies, or is silent."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row

from services.registration import announcements, store, tables
from services.registration.domain.decisions import Move
from services.registration.identity.worker import Worker
from shared import clock
from shared.database.unit_of_work import Database, UnitOfWork
from shared.events import MoveAnswered, MoveDeclined, MoveRequested, WorkerMoved
from shared.offices import offices_in

SILENCE: Final = timedelta(days=14)
"""After so long a silence of the worker's office, a move takes effect."""
PAGE: Final = 500
"""Moves that take effect in one transaction."""


async def ask(work: UnitOfWork, moves: Sequence[Move]) -> None:
    """Keep moves that offices ask for; the worker is told, and the present offices. The latest of a worker counts."""
    if not moves:
        return
    due_on = clock.today() + SILENCE
    latest = {move.worker: move for move in moves}
    pending = {row.worker: row for row in await _pending(work, latest)}
    new = [
        move
        for move in latest.values()
        if move.worker not in pending
        or (pending[move.worker].region, pending[move.worker].agency) != (move.region, move.agency)
    ]
    await work.insert(
        tables.MoveRow,
        [
            {
                "worker": move.worker,
                "agency": move.agency,
                "region": move.region,
                "came_from": move.came_from,
                "due_on": due_on,
            }
            for move in new
        ],
        "ON CONFLICT (worker) DO UPDATE SET agency = excluded.agency, region = excluded.region, "
        "came_from = excluded.came_from, due_on = excluded.due_on",
    )
    offices = await offices_in(work, [move.came_from for move in new])
    work.announce(
        *(
            MoveRequested(
                worker=move.worker,
                agency=move.agency,
                came_from=move.came_from,
                region=move.region,
                due_on=due_on,
                concerns=offices[move.came_from],
            )
            for move in new
        )
    )


async def answer(work: UnitOfWork, answers: Sequence[MoveAnswered], workers: Iterable[Worker]) -> None:
    """Move the workers whose office agrees, and forget the moves that it denies. An answer to no move changes nothing."""
    if not answers:
        return
    by_id = {worker.id: worker for worker in workers}
    pending = {row.worker: row for row in await _pending(work, by_id)}
    for said in answers:
        row = pending.pop(said.worker, None)
        if row is None:
            continue
        if said.agreed:
            await _take_effect(work, [row], by_id)
        else:
            work.announce(
                MoveDeclined(worker=said.worker, agency=said.agency, region=row.region, concerns=[row.agency])
            )
        await work.run("DELETE FROM move WHERE worker = :worker", worker=said.worker)


async def take_effect_when_due(database: Database) -> int:
    """Move the workers whose office was silent for too long. Gives how many."""
    moved = 0
    while True:
        async with database.work() as work:
            due = await work.rows(
                "SELECT worker FROM move WHERE due_on <= :today ORDER BY due_on LIMIT :page",
                today=clock.today(),
                page=PAGE,
            )
            workers = {worker.id: worker for worker in await store.lock_workers(work, ids=[row.worker for row in due])}
            rows = [row for row in await _pending(work, workers) if row.due_on <= clock.today()]
            await _take_effect(work, rows, workers)
            await work.run(
                "DELETE FROM move WHERE worker = ANY(CAST(:ids AS uuid[]))", ids=[row.worker for row in rows]
            )
        moved += len(rows)
        if len(due) < PAGE:
            return moved


async def _pending(work: UnitOfWork, workers: Iterable[UUID]) -> Sequence[Row[Any]]:
    return await work.rows(
        "SELECT worker, agency, region, came_from, due_on FROM move WHERE worker = ANY(CAST(:ids AS uuid[]))",
        ids=list(workers),
    )


async def _take_effect(work: UnitOfWork, rows: Sequence[Row[Any]], workers: dict[UUID, Worker]) -> None:
    offices = await offices_in(work, [workers[row.worker].region for row in rows]) if rows else {}
    for row in rows:
        worker = workers[row.worker]
        former, worker.region = worker.region, row.region
        work.announce(
            WorkerMoved(
                worker=worker.id, agency=row.agency, came_from=former, region=row.region, concerns=offices[former]
            )
        )
        if worker.spell is not None and worker.spell.may_go_on:
            work.announce(announcements.amended(worker, worker.spell))
    await work.update(
        tables.WorkerRow, [{"id": row.worker, "region": row.region} for row in rows], columns=("id", "region")
    )
