"""The operators' door, the same at every service: is it well, how far is it, what could it not take in."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field

from shared import bookmarks, dead_letters, lanes
from shared.books import account_of
from shared.entrance import OnlyOperator
from shared.problems import Refusal

NOBODY = UUID(int=0)
"""Comes before every worker's id."""


class Halted(BaseModel):
    """How a speaker's journal stands that is halted: all that is said, the last in each lane, the lanes to come."""

    position: Annotated[int, Field(ge=0)]
    lasts: list[int]
    partitions: Annotated[int, Field(ge=1, le=256)]


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


@_operators.get("/standing")
async def standing(request: Request) -> dict[str, Any]:
    """Look now: is it well, what waits to be published, what is not taken in yet. Cheap enough to be asked every second."""
    service = request.app.state.service
    sight = await service.observer.look()
    return {"service": service.name, **sight.told()}


@_operators.get("/bookmarks/{topic}")
async def bookmarks_of(topic: str, request: Request) -> dict[str, int]:
    """Give the position taken in from each partition of a topic (named without its prefix)."""
    async with request.app.state.service.database.work() as work:
        found = await bookmarks.read(work)
    return {str(place.partition): position for place, (position, _) in found.items() if place.topic == topic}


@_operators.post("/bookmarks/{topic}/raise", status_code=204)
async def raise_bookmarks(topic: str, told: Halted, request: Request) -> None:
    """While a topic grows: move its bookmarks to the end of what was said, when all of it is heard."""
    async with request.app.state.service.database.work() as work:
        await lanes.raise_bookmarks(work, topic, told.position, told.lasts, told.partitions)


@_operators.post("/journal/replay")
async def replay_journal(request: Request, after: Annotated[int, Query(ge=0)] = 0) -> dict[str, int]:
    """Publish again what comes after a position; who has heard it drops it."""
    service = request.app.state.service
    async with service.database.work() as work:
        return {"events": await lanes.send_back(work, after, service.settings.partitions)}


@_operators.post("/journal/halt", status_code=204)
async def halt_journal(request: Request) -> None:
    """While a topic grows: publish nothing beyond what has been said by now."""
    await lanes.halt(request.app.state.service.database)


@_operators.post("/journal/go-on", status_code=204)
async def go_on_with_journal(request: Request, partitions: Annotated[int, Query(ge=1, le=256)]) -> None:
    """When a topic has grown: publish on, in so many partitions."""
    async with request.app.state.service.database.work() as work:
        await lanes.go_on(work, partitions)


@_operators.get("/account")
async def account(request: Request, audited: bool = True) -> dict[str, Any]:  # noqa: FBT001, FBT002  a query parameter
    """Give one moment of the books: journal, bookmarks, dead letters, figures, and the rules that do not hold.

    `audited=false` leaves the rules out, which are judged over whole tables: for who asks every second.
    """
    service = request.app.state.service
    async with service.database.reading() as work:
        return {"service": service.name, **await account_of(work, service.books, audited=audited)}


@_operators.get("/whereabouts")
async def whereabouts(
    request: Request, after: UUID = NOBODY, limit: Annotated[int, Query(ge=1, le=20_000)] = 10_000
) -> list[tuple[UUID, int, str]]:
    """Give (worker, spell, state) for the next workers after an id; an empty list ends it."""
    service = request.app.state.service
    async with service.database.reading() as work:
        found = await service.books.whereabouts(work, after, limit)
    return [(place.worker, place.spell, place.state) for place in found]


@_operators.get("/dead-letters")
async def list_dead_letters(
    request: Request, state: str = "waiting", limit: Annotated[int, Query(ge=1, le=1_000)] = 100
) -> list[dict[str, Any]]:
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
    """Answer a dead letter's event after all, once."""
    service = request.app.state.service
    async with service.database.work() as work:
        await dead_letters.replay(work, id, service.handlers)


@_operators.post("/dead-letters/{id}/discard", status_code=204)
async def discard_dead_letter(id: UUID, request: Request) -> None:
    """Give a dead letter up; it stays readable."""
    async with request.app.state.service.database.work() as work:
        await dead_letters.discard(work, id)


operations.include_router(_operators)
