"""However many courses are open in the country, a batch reads those that its applicants could sit in."""

from datetime import date

from contract.examples import PURWOREJO
from services.training import store
from tests.unit.training.examples import BEKASI, KEBUMEN, course_id, offered, registered

WITH_ROOM = {
    "here": {"region": PURWOREJO, "reach": "regency"},
    "next door": {"region": KEBUMEN, "reach": "regency"},
    "in the province": {"region": KEBUMEN, "reach": "province"},
    "far": {"region": BEKASI, "reach": "province"},
    "for all": {"region": BEKASI, "reach": "national"},
    "nowhere": {"region": None, "reach": "regency"},
    "of something else": {"region": PURWOREJO, "reach": "national", "vocation": "welding"},
    "over": {"region": PURWOREJO, "reach": "national", "starts_on": date(2021, 1, 5), "ends_on": date(2021, 2, 2)},
}


async def read_for(training, *seekers):
    async with training.database.work() as work:
        found = await store.courses_of(work, [], or_fitting=seekers)
    return {course.code for course in found.values()}


async def test_near_ones_of_the_vocation_wished_for(training):
    await training.hear(*(offered(code, **known) for code, known in WITH_ROOM.items()))
    assert await read_for(training, registered(1)) == {"here", "in the province", "for all", "nowhere"}
    assert await read_for(training, registered(1, region=None)) == {"for all", "nowhere"}
    assert await read_for(training, registered(1, wishes=["koi"])) == set()
    assert await read_for(training) == set()


async def test_all_for_who_would_learn_anything(training):
    await training.hear(*(offered(code, **known) for code, known in WITH_ROOM.items()))
    assert await read_for(training, registered(1, wishes=[])) == WITH_ROOM.keys() - {"over"}


async def test_none_that_is_full(training):
    await training.hear(offered("here", seats=1))
    await training.hear(registered(1))
    assert await read_for(training, registered(2)) == set()


async def test_one_that_is_named_whatever_it_is_like(training):
    await training.hear(offered("far", region=BEKASI))
    async with training.database.work() as work:
        assert list(await store.courses_of(work, [course_id("far")])) == [course_id("far")]
