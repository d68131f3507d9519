"""A story of weeks is played in seconds: the clock of a practice stack is moved, and what is due by then happens."""

import asyncio
from datetime import timedelta

from shared import clock
from tests.journeys.office import Office
from tests.played import pulih, stack_in

TODAY = clock.real_today()
LATER = TODAY + timedelta(days=8)
SITI = {"nik": "3306004101900001", "name": "Siti Aminah", "region": "33.06"}


async def referrals(office, state):
    answer = await office.ask("GET", f"/referrals?state={state}", service="placement", key=office.keys["disnaker"])
    return [item["worker"] for item in answer.json()["items"]]


async def until(give, wanted):
    async with asyncio.timeout(60):
        while await give() != wanted:
            await asyncio.sleep(0.1)


async def test_a_referral_that_nobody_answers_lapses_when_the_clock_is_moved(folder):
    async with stack_in(folder) as stack, Office(stack) as office:
        posting = {"code": "V1", "title": "Penjahit", "vocation": "sewing", "employer": "PT", "region": "33.06"}
        await office.post("disnaker", "VacancyPosted", posting | {"openings": 1})
        report = {"kind": "laid-off", "person": SITI, "wants": ["work"], "wishes": ["sewing"]}
        siti = await office.post("disnaker", "LayoffReported", report)
        await until(lambda: referrals(office, "open"), [siti])
        assert f"placement     {TODAY}  for practice" in await pulih("clock", folder=folder)
        assert f"placement     {LATER}  for practice" in await pulih("clock", str(LATER), folder=folder)
        assert await referrals(office, "lapsed") == [siti]
        assert f"This stack is for practice. There it is {LATER}." in await pulih("status", folder=folder)
