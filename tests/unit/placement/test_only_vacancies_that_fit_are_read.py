"""However many vacancies are open in the country, a batch reads those that its seekers could be sent to."""

from contract.examples import PURWOREJO, worker
from services.placement import store
from services.placement.domain.entities import Candidate
from tests.unit.placement.examples import BEKASI, JATENG, KEBUMEN, posted

OPEN = {
    "here": {"region": PURWOREJO},
    "next door": {"region": KEBUMEN},
    "in the province": {"region": JATENG},
    "far": {"region": BEKASI},
    "abroad": {"region": None, "country": "SG"},
    "something else": {"region": PURWOREJO, "vocation": "welding"},
}


async def read_for(placement, **known):
    await placement.hear(*(posted(code, **each) for code, each in OPEN.items()))
    seeker = Candidate(**{"worker": worker(1), "region": PURWOREJO, "wishes": ["sewing"]} | known)
    async with placement.database.work() as work:
        return {vacancy.code for vacancy in await store.vacancies_with_room(work, [seeker])}


async def test_those_of_the_province_for_who_stays_in_it(placement):
    assert await read_for(placement) == {"here", "next door", "in the province"}


async def test_all_of_the_vocation_for_who_goes_further(placement):
    assert await read_for(placement, reach="national") == OPEN.keys() - {"something else"}


async def test_all_of_the_vocation_for_a_home_known_by_its_name(placement):
    assert {"in the province"} <= await read_for(placement, region=JATENG)


async def test_all_of_the_province_for_who_takes_any_work(placement):
    assert await read_for(placement, wishes=[]) == {"here", "next door", "in the province", "something else"}


async def test_nothing_where_nobody_seeks(placement):
    async with placement.database.work() as work:
        assert await store.vacancies_with_room(work, []) == []
