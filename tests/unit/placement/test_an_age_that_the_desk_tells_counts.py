"""Over all four services: what the desk knows of a birth date and a card decides who is referred abroad."""

from datetime import date

import pytest

from services.placement import duties
from services.placement.domain.terms import Terms
from shared import clock
from tests.unit.registration.posting import event, nik, person
from tests.world import new_world


@pytest.fixture
async def world(databases):
    async with new_world(databases) as made:
        await made.desk.agency("office", "office")
        yield made


def it_is(day: str):
    clock.move(date.fromisoformat(day) - clock.real_today())


async def apply(world, number, on):
    data = {"on": on, "person": person(number), "wants": ["work"], "wishes": ["caring"], "reach": "abroad"}
    (receipt,) = await world.desk.receipts("office", event("JobseekerApplied", {**data, "card": True}))
    return receipt["worker"]


async def referred(world):
    await world.settle()
    assert (await world.balance()).holds
    return [
        str(row.worker) for row in await world.services["placement"].rows("SELECT worker FROM referral ORDER BY id")
    ]


async def test_who_was_born_in_2007_is_referred_to_hong_kong_in_january_2026(world):
    it_is("2022-06-01")
    young, grown = nik(born="570307"), nik(born="010190")
    ids = [await apply(world, young, "2022-05-02"), await apply(world, grown, "2022-06-01")]
    vacancy = {"on": "2022-06-01", "code": "HK", "title": "Carer", "vocation": "caring", "employer": "Agency"}
    await world.desk.post("office", event("VacancyPosted", {**vacancy, "country": "HK", "openings": 2}))
    assert await referred(world) == ids[1:]
    it_is("2025-06-02")
    assert await apply(world, young, "2025-06-01") == ids[0], "with a new card: the first has run out"
    assert await referred(world) == ids[1:]
    it_is("2026-01-01")
    await duties.judge_anew(world.services["placement"].database, Terms())
    assert await referred(world) == [ids[1], ids[0]]
