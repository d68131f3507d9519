"""Siti, who is registered under two NIKs: two digits were swapped. Tests merge her two ids, and split them again."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.unit.registration.posting import OPERATOR, DeskUnderTest, event, layoff, nik, today_is

NOBODY = "0190f6b0-7d5c-7a10-8f00-000000000001"


@dataclass
class Siti:
    """One of her two registrations: its NIK, and the worker's id."""

    nik: str
    id: str

    @property
    def uuid(self) -> UUID:
        return UUID(self.id)


def siti(number: str, **more: Any) -> dict[str, Any]:
    who = {"nik": number, "name": "Siti Aminah", "birth_date": "1990-01-01", **more.pop("person", {})}
    return layoff(number, person=who, **more)


async def registered(desk: DeskUnderTest, slug: str = "employer", **more: Any) -> Siti:
    """Report her on the day of the report."""
    number = nik()
    with today_is(more.get("on", "2021-09-06")):
        (receipt,) = await desk.receipts(slug, siti(number, **more))
    return Siti(number, receipt["worker"])


def merged(worker: Siti | str, other: Siti | str) -> dict[str, Any]:
    return event("IdentitiesMerged", {"on": "2021-09-10", "worker": _id(worker), "other": _id(other)})


def kept_apart(worker: Siti | str, other: Siti | str) -> dict[str, Any]:
    return event("IdentitiesKeptApart", {"on": "2021-09-20", "worker": _id(worker), "other": _id(other)})


def _id(worker: Siti | str) -> str:
    return worker if isinstance(worker, str) else worker.id


async def merge(desk: DeskUnderTest, worker: Siti, other: Siti) -> None:
    answer = await desk.post("purworejo", merged(worker, other))
    assert answer.status_code == 202, answer.text
    assert await desk.broken() == {}


async def split(desk: DeskUnderTest, worker: Siti, other: Siti) -> None:
    answer = await desk.post("purworejo", kept_apart(worker, other))
    assert answer.status_code == 202, answer.text
    assert await desk.broken() == {}


async def spells_of(desk: DeskUnderTest, worker: Siti) -> list[tuple[int, str, list[str]]]:
    """The worker's spells: number, state, the agencies whose claims are kept there."""
    found = await desk.rows("SELECT number, state, claims FROM spell WHERE worker = :id ORDER BY number", id=worker.id)
    return [(row.number, row.state, [claim["agency"] for claim in row.claims]) for row in found]


async def journey(desk: DeskUnderTest, worker: Siti | str, slug: str | None = None) -> Any:
    headers = desk.bearer(slug) if slug else OPERATOR
    return await desk.client.get(f"/workers/{_id(worker)}/journey", headers=headers)


async def last_said(desk: DeskUnderTest, type: str) -> dict[str, Any]:
    return (await desk.announced(type))[-1][1]


async def position_of(desk: DeskUnderTest, worker: Siti) -> int:
    """Where the worker's registration stands in the journal."""
    ((position,),) = await desk.rows(
        "SELECT position FROM journal WHERE key = :id AND type = 'pulih.worker.registered.v1' ORDER BY position LIMIT 1",
        id=worker.id,
    )
    return int(position)
