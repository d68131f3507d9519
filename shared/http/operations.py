"""The operators' routes, the same at every service: health, backlog, replay, audit, dead letters."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field

from shared import erasures
from shared.audit import audit_of
from shared.http.auth import OnlyOperator, OperatorOrService
from shared.http.paging import BEFORE_ALL, Limit
from shared.inbox import bookmarks, dead_letters
from shared.outbox import repartitioning
from shared.practice import Calendar
from shared.refusals import Refusal


class HaltedJournal(BaseModel):
    """A speaker's journal that is halted: the end of what was said, each partition's last position, the partitions to come."""

    position: Annotated[int, Field(ge=0)]
    last_by_partition: list[int]
    partitions: Annotated[int, Field(ge=1, le=256)]


class Day(BaseModel):
    """A day to which a practice stack's clock is moved."""

    today: Annotated[date, Field(ge=date(1990, 1, 1), le=date(2200, 1, 1))]


operations = APIRouter()
_operators = APIRouter(dependencies=[OnlyOperator])


@operations.get("/healthz")
async def healthz() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "alive"}


@operations.get("/readyz")
async def readyz(request: Request) -> dict[str, str]:
    """Say whether it can do its work: 503 with the reason when its database, its broker or its consumer is not working."""
    if why := await request.app.state.service.why_not_ready():
        raise Refusal(f"Not ready: {why}.", kind="not-ready", status=503, headers={"Retry-After": "1"})
    return {"status": "ready"}


@operations.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    """Give Prometheus what was counted, and what was seen at the last look."""
    text = generate_latest() + generate_latest(request.app.state.service.observer)
    return Response(text, media_type=CONTENT_TYPE_LATEST)


@operations.get("/clock")
async def show_clock(request: Request) -> dict[str, Any]:
    """Say which day it is here, and whether this is for practice: only there can the clock be moved."""
    calendar: Calendar = request.app.state.service.calendar
    return calendar.as_json()


@_operators.post("/clock")
async def move_clock(day: Day, request: Request) -> dict[str, Any]:
    """Let it be another day on a practice stack (409 elsewhere). What is due by then is done before the answer."""
    await request.app.state.service.let_it_be(day.today)
    return await show_clock(request)


@_operators.get("/standing")
async def standing(request: Request) -> dict[str, Any]:
    """Look now: is it ready, what waits to be published, what is not taken in yet. Cheap enough for every second."""
    service = request.app.state.service
    sight = await service.observer.look()
    return {"service": service.name, **service.calendar.as_json(), **sight.as_json()}


@operations.get("/bookmarks/{topic}", dependencies=[OperatorOrService])
async def bookmarks_of(topic: str, request: Request) -> dict[str, dict[str, Any]]:
    """Give the last event taken in from each partition of a topic (named without its prefix): its position and its id."""
    async with request.app.state.service.database.work() as work:
        found = await bookmarks.last_heard(work, topic)
    return {str(partition): {"position": position, "id": id} for partition, (position, id) in found.items()}


@_operators.post("/bookmarks/{topic}/raise", status_code=204)
async def raise_bookmarks(topic: str, journal: HaltedJournal, request: Request) -> None:
    """While a topic grows: move its bookmarks to the end of what was said, when all of it is consumed."""
    async with request.app.state.service.database.work() as work:
        await repartitioning.raise_bookmarks(
            work, topic, journal.position, journal.last_by_partition, journal.partitions
        )


@_operators.post("/journal/replay")
async def replay_journal(request: Request, after: Annotated[int, Query(ge=0)] = 0) -> dict[str, int]:
    """Publish again what comes after a position; listeners drop what they have consumed."""
    service = request.app.state.service
    async with service.database.work() as work:
        return {"events": await repartitioning.send_back(work, after, service.settings.partitions)}


@_operators.post("/journal/restore")
async def restore_journal(request: Request) -> dict[str, Any]:
    """Where the database went back in time: give the journal what others have of it, and number what was said since behind that."""
    recovered = await request.app.state.service.make_whole()
    unknown = [{"where": each.where, "partition": each.partition, **each.said._asdict()} for each in recovered.unknown]
    forgotten = [{"partition": n, "position": position} for n, position in sorted(recovered.forgotten.items())]
    return {**recovered._asdict(), "unknown": unknown, "forgotten": forgotten}


@_operators.post("/journal/halt", status_code=204)
async def halt_journal(request: Request) -> None:
    """While a topic grows: publish nothing beyond what has been said by now."""
    await repartitioning.halt(request.app.state.service.database)


@_operators.post("/journal/go-on", status_code=204)
async def go_on_with_journal(request: Request, partitions: Annotated[int, Query(ge=1, le=256)]) -> None:
    """When a topic has grown: publish on, in so many partitions."""
    async with request.app.state.service.database.work() as work:
        await repartitioning.go_on(work, partitions)


@_operators.get("/audit")
async def audit(request: Request, audited: bool = True) -> dict[str, Any]:  # noqa: FBT001, FBT002  a query parameter
    """Give one moment: journal, bookmarks, dead letters, figures, and the rules that do not hold.

    `audited=false` leaves the rules out, which are judged over whole tables: for a caller that asks every second.
    """
    service = request.app.state.service
    async with service.database.reading() as work:
        return {"service": service.name, **await audit_of(work, service.audit, audited=audited)}


@_operators.get("/whereabouts")
async def whereabouts(
    request: Request, after: UUID = BEFORE_ALL, limit: Annotated[int, Query(ge=1, le=20_000)] = 10_000
) -> list[tuple[UUID, int, str]]:
    """Give (worker, spell, state) for the next workers after an id; an empty list ends it."""
    service = request.app.state.service
    async with service.database.reading() as work:
        found = await service.audit.whereabouts(work, after, limit)
    return [(each.worker, each.spell, each.state) for each in found]


@_operators.get("/dead-letters")
async def list_dead_letters(request: Request, state: str = "waiting", limit: Limit = 100) -> list[dict[str, Any]]:
    """Give the oldest dead letters in a state (waiting, replayed, discarded), without their contents."""
    async with request.app.state.service.database.work() as work:
        return await dead_letters.listing(work, state, limit)


@_operators.get("/dead-letters/{id}")
async def show_dead_letter(id: UUID, request: Request) -> dict[str, Any]:
    """Give one dead letter whole."""
    async with request.app.state.service.database.work() as work:
        return await dead_letters.show(work, id)


@_operators.post("/dead-letters/{id}/replay", status_code=204)
async def replay_dead_letter(id: UUID, request: Request) -> None:
    """Handle a dead letter's event after all, once."""
    service = request.app.state.service
    async with service.database.work() as work:
        await dead_letters.replay(work, id, service.handlers)


@_operators.post("/dead-letters/{id}/discard", status_code=204)
async def discard_dead_letter(id: UUID, request: Request) -> None:
    """Give a dead letter up; it stays readable."""
    async with request.app.state.service.database.work() as work:
        await dead_letters.discard(work, id)


@_operators.get("/erased")
async def list_erased(request: Request, after: UUID = BEFORE_ALL, limit: Limit = 1_000) -> dict[str, Any]:
    """Give the ids of the workers who were erased, as this service knows them."""
    async with request.app.state.service.database.reading() as work:
        return await erasures.listing(work, after, limit)


operations.include_router(_operators)
