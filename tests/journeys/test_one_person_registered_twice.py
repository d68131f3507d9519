"""Siti is registered under two NIKs: she waits twice, until her office merges the two; a wrong merge is split again."""

import asyncio
from datetime import timedelta

from shared import clock
from tests.journeys.office import Office
from tests.played import balance_of, stack_in

TODAY = clock.today()
SITI = {"name": "Siti Aminah", "birth_date": "1990-01-01", "region": "33.06"}
HERS, SWAPPED, BUDIS = "3306004101900001", "3306004101900010", "3306000101900002"


async def waiting(office):
    """Who stands on the waiting list, in its order."""
    answer = await office.ask("GET", "/waiting-list", service="training")
    return [item["worker"] for item in answer.json()["items"]]


async def until(give, wanted):
    async with asyncio.timeout(60):
        while (found := await give()) != wanted:
            await asyncio.sleep(0.1)
    return found


async def report(office, slug, nik, person):
    return await office.post(
        slug,
        "LayoffReported",
        {"kind": "laid-off", "person": {**person, "nik": nik}, "wants": ["training"], "wishes": ["sewing"]},
    )


async def seated(office):
    answer = await office.ask("GET", "/participants?course=S1", service="training", key=office.keys["blk"])
    return [item["worker"] for item in answer.json()["items"] if item["state"] == "in-training"]


async def assert_balanced(stack):
    async with asyncio.timeout(60):
        while findings := [each for check in (await balance_of(stack)).checks for each in check.findings]:
            await asyncio.sleep(0.5)
    assert findings == []


async def test_her_two_registrations_become_one_and_two_again(tmp_path):
    async with stack_in(tmp_path) as stack, Office(stack) as office:
        for slug, role in (("garmen", "employer"), ("serikat", "union")):
            await office.admit(slug, role)
        first = await report(office, "garmen", SWAPPED, SITI)
        budi = await report(office, "garmen", BUDIS, {"name": "Budi", "birth_date": "1990-01-01", "region": "33.06"})
        second = await report(office, "serikat", HERS, SITI)
        await until(lambda: waiting(office), [first, budi, second])
        (review,) = (await office.ask("GET", "/reviews", key=office.keys["disnaker"])).json()["items"]
        assert (review["kind"], {review["worker"], review["other"]}) == ("same-person", {first, second})

        await office.post("disnaker", "IdentitiesMerged", {"worker": second, "other": first})
        await until(lambda: waiting(office), [second, budi])  # once, at the earlier place
        assert (await office.ask("GET", "/reviews", key=office.keys["disnaker"])).json()["items"] == []
        for nik in (HERS, SWAPPED):
            found = await office.ask("GET", f"/workers?nik={nik}", key=office.keys["disnaker"])
            assert (found.json()["worker"], found.json()["identity"]["nik"]) == (second, HERS)
        for slug, id in (("garmen", first), ("serikat", second), ("garmen", second), ("serikat", first)):
            journey = (await office.ask("GET", f"/workers/{id}/journey", key=office.keys[slug])).json()
            assert (journey["worker"], journey["state"]) == (second, "seeking-training")
        await assert_balanced(stack)

        course = {"code": "S1", "title": "Menjahit", "vocation": "sewing", "region": "33.06", "seats": 1}
        days = {"starts_on": str(TODAY), "ends_on": str(TODAY + timedelta(days=30)), "funding": "APBN"}
        await office.post("blk", "CourseOffered", course | days)
        await until(lambda: seated(office), [second])
        await until(lambda: waiting(office), [budi])

        await office.post("disnaker", "IdentitiesKeptApart", {"worker": second, "other": first})
        await until(
            lambda: waiting(office), [first, budi]
        )  # the seat was given to the other; she waits at her old place
        assert await seated(office) == [second]
        found = await office.ask("GET", f"/workers?nik={SWAPPED}", key=office.keys["disnaker"])
        assert found.json()["worker"] == first
        await assert_balanced(stack)
