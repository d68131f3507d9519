"""The desk says who of those not yet placed has had no step for longest, after which step, and since when."""

import asyncio
from contextlib import suppress

import httpx
import pytest

from services.registration.app import create
from tests.unit.registration.posting import OPERATOR, DeskUnderTest, layoff, nik, settings_for

AGED = """
UPDATE journal SET time = now() - CAST(:days AS int) * interval '1 day' WHERE key = CAST(:worker AS uuid)
"""
STEP = """
INSERT INTO step (id, worker, at, speaker, type, data)
SELECT gen_random_uuid(), CAST(:worker AS uuid), now() - CAST(:days AS int) * interval '1 day', 'training', :type, '{}'
"""


@pytest.fixture
async def desk(database):
    service, app = create(settings_for(await database("registration")))
    service.is_open = True
    writer = asyncio.create_task(app.state.desk.run())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://desk") as client:
        yield DeskUnderTest(service, client)
    writer.cancel()
    with suppress(asyncio.CancelledError):
        await writer
    await service.database.close()


async def laid_off(desk, days, *steps):
    """A worker who was registered so many days ago, with steps (type, days ago) after that."""
    if "factory" not in desk.keys:
        await desk.agency("factory", "employer")
    (receipt,) = await desk.receipts("factory", layoff(nik()))
    worker = receipt["worker"]
    async with desk.database.work() as work:
        await work.run(AGED, worker=worker, days=days)
        for type, ago in steps:
            await work.run(STEP, worker=worker, type=type, days=ago)
    return worker


async def stuck(desk, **params):
    answer = await desk.client.get("/stuck", params=params, headers=OPERATOR)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def idle(desk):
    (figure,) = (figure for figure in desk.service.audit.gauges if figure.name == "pulih_workers_idle_seconds")
    return {(row[0], row[1]): float(row[2]) / 86_400 for row in await desk.rows(figure.sql)}


async def test_the_slowest_comes_first_with_the_step_after_which_nothing_came(desk):
    fresh = await laid_off(desk, 2)
    waits = await laid_off(desk, 90, ("pulih.worker.waitlisted.v1", 60))
    sits = await laid_off(desk, 80, ("pulih.worker.waitlisted.v1", 79), ("pulih.worker.enrolled.v1", 10))
    found = await stuck(desk)
    assert [(each["worker"], each["step"], each["days"]) for each in found] == [
        (waits, "pulih.worker.waitlisted.v1", 60),
        (sits, "pulih.worker.enrolled.v1", 10),
        (fresh, "pulih.worker.registered.v1", 2),
    ]
    assert [each["worker"] for each in await stuck(desk, limit=1)] == [waits]


async def test_who_is_placed_or_withdrawn_is_not_stuck(desk):
    await laid_off(desk, 90)
    await desk.run("UPDATE spell SET state = 'placed', ended_on = current_date")
    assert await stuck(desk) == []
    assert await idle(desk) == {}


async def test_the_time_since_the_last_step_is_told_by_step_and_over_all(desk):
    for days in range(1, 101):
        await laid_off(desk, days)
    await laid_off(desk, 200, ("pulih.worker.waitlisted.v1", 150))
    ages = await idle(desk)
    assert ages["any", "0.5"] == pytest.approx(51, abs=0.1)
    assert ages["any", "0.99"] == pytest.approx(100, abs=0.1)
    assert ages["any", "1"] == pytest.approx(150, abs=0.1)
    assert ages["pulih.worker.waitlisted.v1", "0.99"] == pytest.approx(150, abs=0.1)
    assert ages["pulih.worker.registered.v1", "1"] == pytest.approx(100, abs=0.1)


async def test_only_operators_may_ask(desk):
    await desk.agency("office", "office")
    assert (await desk.client.get("/stuck", headers=desk.bearer("office"))).status_code == 403
    assert (await desk.client.get("/stuck")).status_code == 401


async def test_the_answer_holds_ids_and_nothing_personal(desk):
    await laid_off(desk, 3)
    assert {name for each in await stuck(desk) for name in each} == {"worker", "spell", "step", "since", "days"}


async def test_a_reminder_is_no_step(desk):
    worker = await laid_off(desk, 90, ("pulih.worker.enrolled.v1", 60), ("pulih.result.due.v1", 1))
    async with desk.database.work() as work:
        await work.run(
            "INSERT INTO journal (id, type, key, time, data) "
            "VALUES (gen_random_uuid(), 'pulih.interview.due.v1', CAST(:worker AS uuid), now(), '{}')",
            worker=worker,
        )
    assert [(each["step"], each["days"]) for each in await stuck(desk)] == [("pulih.worker.enrolled.v1", 60)]
    assert (await idle(desk))["any", "1"] == pytest.approx(60, abs=0.01)
