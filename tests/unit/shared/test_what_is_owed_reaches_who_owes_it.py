"""Across the four services: a result that does not come is asked for at the provider, and the worker's office hears of it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.training.settings import TrainingSettings
from services.training.tasks import kinds
from shared.tasks import Tasks
from tests.key_files import key_file
from tests.unit.registration.posting import OPERATOR, event, layoff, nik, today_is
from tests.world import World, new_world

SERVICES = ("registration", "training", "placement", "notification")


@pytest.fixture
async def world(database: Any) -> AsyncIterator[World]:
    async with new_world({name: await database(name) for name in SERVICES}) as made:
        yield made


async def test_each_is_told_once_and_the_journey_says_so(world: World):
    desk, number = world.desk, nik()
    for slug, role in (("employer", "employer"), ("blk", "training-provider"), ("office", "office")):
        await desk.agency(slug, role, "33.06" if role == "office" else None)
    course = {
        "on": "2021-01-04",
        "code": "S1",
        "title": "Menjahit",
        "vocation": "sewing",
        "region": "33.06",
        "funding": "APBN",
    }
    days = {"seats": 1, "starts_on": "2021-03-01", "ends_on": "2021-04-30"}
    with today_is("2021-02-15"):
        await desk.receipts("blk", event("CourseOffered", course | days))
        (receipt,) = await desk.receipts("employer", layoff(number, on="2021-02-15", wishes=["sewing"]))
        await world.settle()
    training = world.services["training"]
    settings = TrainingSettings(database_url="postgresql://x@localhost/x", operators=key_file())
    for day in ("2021-05-13", "2021-05-14", "2021-05-21", "2021-05-21", "2021-08-01"):
        with today_is(day):
            await Tasks(kinds(settings), settings.escalation_days).look(training.database)
            await world.settle()
    told = await world.services["notification"].rows(
        "SELECT receiver, type FROM message WHERE type LIKE 'pulih.result.%' ORDER BY position"
    )
    assert told == [("blk", "pulih.result.due.v1"), ("office", "pulih.result.overdue.v1")]
    journey = (await desk.client.get(f"/workers/{receipt['worker']}/journey", headers=OPERATOR)).json()
    assert [step["what"]["en"] for step in journey["steps"]][-2:] == [
        "The result of Menjahit was due from blk on 2021-05-14; blk was reminded.",
        "The result of Menjahit from blk is late since 2021-05-14; the office was told.",
    ]
    assert journey["next"]["en"].endswith("blk records the result.")
    balance = await world.balance()
    assert balance.holds, balance
